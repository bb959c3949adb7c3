extension PayloadSchema {
    /// The LoRa Alliance's codec package (TS013, 6).
    func lorawanAllianceFiles(_ codec: String, _ vectors: [PayloadVector]) -> [(path: String, text: String)] {
        [
            ("ts013/index.js", codec), ("ts013/metadata.json", Self.metadata),
            ("ts013/examples.json", JSONValue.lines(vectors.flatMap(Self.examples)).text + "\n"),
            ("ts013/uplink.schema.json", uplinkJSONSchema), ("ts013/downlink.schema.json", downlinkJSONSchema),
        ]
    }

    /// The codec's and vendor's numbers are given out by the alliance; these are placeholders.
    private static let metadata = """
        {
          "name": "p1lora",
          "version": "1.0.0",
          "main": "index.js",
          "description": "Smart meter readings, intervals and alarms of a p1lora bridge",
          "codecId": "0001",
          "vendorId": "FFFF",
          "specVersion": "1.0.0",
          "sourceUrl": "https://example.org/p1lora",
          "codec": {
            "encodeDownlink": true,
            "decodeDownlink": true,
            "examples": true,
            "jsonSchemas": true
          }
        }

        """

    private static func examples(_ vector: PayloadVector) -> [JSONValue] {
        let input: JSONValue = ["fPort": .number("\(vector.port)"), "bytes": .string(vector.hex)]
        func example(_ type: JSONValue, _ description: String, _ input: JSONValue, _ output: JSONValue) -> JSONValue {
            ["type": type, "description": .string(description), "input": input, "output": output]
        }
        guard vector.direction == .downlink else {
            return [example("uplink", vector.description, input, vector.output)]
        }
        let decoding = example("downlink-decode", vector.description, input, vector.output)
        guard case .success(let report) = vector.result else { return [decoding] }
        let encoded: JSONValue = [
            "fPort": .number("\(vector.port)"), "bytes": .string(vector.hex), "errors": [], "warnings": [],
        ]
        let encoding = example(
            "downlink-encode", vector.encodingDescription, ["data": report.jsonValue], encoded)
        return [encoding, decoding]
    }
}
