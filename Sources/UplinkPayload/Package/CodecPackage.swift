extension PayloadSchema {
    /// The files for network servers and their repositories, by their paths: all made of the same layouts and vectors.
    public func codecPackage() -> [(path: String, text: String)] {
        let codec = javaScriptCodec()
        let vectors = vectors()
        return [
            ("p1lora.js", codec), ("vectors.json", vectorFile(vectors)),
            ("playground.html", playground(codec, vectors)),
        ]
            + lorawanAllianceFiles(codec, vectors) + theThingsStackFiles(codec, vectors)
            + chirpStackFiles(codec, vectors)
    }

    /// One vector a line.
    private func vectorFile(_ vectors: [PayloadVector]) -> String {
        JSONText.lines(
            vectors.map { vector in
                "{\"direction\":\"\(vector.direction)\",\"description\":\(JSONText.quoted(vector.description)),"
                    + "\"port\":\(vector.port),\"hex\":\"\(vector.hex)\",\"output\":\(vector.output)}"
            })
    }
}

extension PayloadVector {
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
