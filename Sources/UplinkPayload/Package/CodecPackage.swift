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
        JSONValue.lines(
            vectors.map { vector in
                .object(
                    [
                        .init("direction", .string("\(vector.direction)")),
                        .init("description", .string(vector.description)), .init("port", .number("\(vector.port)")),
                    ] + Self.fields(vector) + [.init("hex", .string(vector.hex)), .init("output", vector.output)])
            }
        ).text + "\n"
    }

    private static func fields(_ vector: PayloadVector) -> [JSONValue.Member] {
        vector.fields.map { [.init("fields", .array($0.map { .written(PayloadSchema.literal($0.number)) }))] } ?? []
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
