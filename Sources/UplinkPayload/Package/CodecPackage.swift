extension PayloadSchema {
    /// The files for network servers and their repositories, by their paths: all made of the same layouts and vectors.
    public func codecPackage(for model: DeviceModel) -> [(path: String, text: String)] {
        let codec = javaScriptCodec()
        let vectors = vectors()
        return [
            ("p1lora.js", codec), ("vectors.json", vectorFile(vectors + foreignVectors())),
            ("playground.html", Playground.page(codec, examples: vectors.map(\.example))),
        ]
            + lorawanAllianceFiles(codec, vectors) + theThingsStackFiles(codec, vectors, model)
            + chirpStackFiles(codec, vectors, model) + wrapperFiles(codec)
    }

    /// One vector a line; with the fields of its layout where the codec does not have it.
    private func vectorFile(_ vectors: [PayloadVector]) -> String {
        JSONText.lines(
            vectors.map { vector in
                "{\"direction\":\"\(vector.direction)\",\"description\":\(JSONText.quoted(vector.description)),"
                    + "\"port\":\(vector.port),\(Self.fields(vector))\"hex\":\"\(vector.hex)\",\"output\":\(vector.output)}"
            })
    }

    private static func fields(_ vector: PayloadVector) -> String {
        guard let fields = vector.fields else { return "" }
        return "\"fields\":[\(fields.map { literal($0.number) }.joined(separator: ","))],"
    }
}

extension PayloadVector {
    /// As the playground takes it.
    fileprivate var example: String {
        "[\(JSONText.quoted(description)), \"\(direction)\", \(port), \"\(hex)\"]"
    }

    var hex: String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0" + digits : digits
        }.joined()
    }

    /// [1, 2, 3]
    var byteList: String { "[" + bytes.map(String.init).joined(separator: ", ") + "]" }
}

extension JSONText {
    /// A list with one element a line.
    static func lines(_ elements: [String]) -> String { "[\n" + elements.joined(separator: ",\n") + "\n]\n" }
}
