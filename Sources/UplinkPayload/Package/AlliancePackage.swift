extension PayloadSchema {
    /// The LoRa Alliance's codec package (TS013, 6).
    func lorawanAllianceFiles(_ codec: String, _ vectors: [PayloadVector]) -> [(path: String, text: String)] {
        [
            ("ts013/index.js", codec), ("ts013/metadata.json", Self.metadata),
            ("ts013/examples.json", JSONText.lines(vectors.flatMap(Self.examples))),
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

    private static func examples(_ vector: PayloadVector) -> [String] {
        let description = JSONText.quoted(vector.description)
        let input = "{\"fPort\":\(vector.port),\"bytes\":\"\(vector.hex)\"}"
        switch (vector.direction, vector.result) {
        case (.uplink, _):
            return [
                "{\"type\":\"uplink\",\"description\":\(description),\"input\":\(input),\"output\":\(vector.output)}"
            ]
        case (.downlink, let result):
            let decoding =
                "{\"type\":\"downlink-decode\",\"description\":\(description),\"input\":\(input),"
                + "\"output\":\(vector.output)}"
            guard case .success(let report) = result else { return [decoding] }
            let encoding =
                "{\"type\":\"downlink-encode\",\"description\":\(JSONText.quoted(vector.encodingDescription)),"
                + "\"input\":{\"data\":\(report.json)},"
                + "\"output\":{\"fPort\":\(vector.port),\"bytes\":\"\(vector.hex)\",\"errors\":[],\"warnings\":[]}}"
            return [encoding, decoding]
        }
    }
}
