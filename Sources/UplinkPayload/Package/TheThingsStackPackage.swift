extension PayloadSchema {
    /// A vendor folder for TheThingsNetwork/lorawan-devices.
    func theThingsStackFiles(
        _ codec: String, _ vectors: [PayloadVector], _ model: DeviceModel
    ) -> [(path: String, text: String)] {
        let folder = "the-things-stack/vendor/p1lora"
        return [
            ("\(folder)/index.yaml", Self.index), ("\(folder)/p1-bridge.yaml", Self.device(model)),
            ("\(folder)/p1-bridge-profile.yaml", Self.profile(model)),
            ("\(folder)/p1-bridge-codec.yaml", Self.codec(vectors)), ("\(folder)/p1-bridge.js", codec),
        ]
    }

    private static let index = """
        endDevices:
          - p1-bridge

        """

    private static func device(_ model: DeviceModel) -> String {
        """
        name: P1 Bridge
        description: Carries the readings of a smart meter's P1 port over LoRaWAN

        firmwareVersions:
          - version: '0.1'
            numeric: 1
            features:
              - remote rejoin
              - transmission interval
            profiles:
              \(model.thingsStackRegion):
                id: p1-bridge-profile
                codec: p1-bridge-codec

        deviceType: converter

        sensors:
          - energy
          - power
          - current
          - voltage
          - time

        keyProvisioning:
          - custom

        keySecurity: none

        """
    }

    private static func profile(_ model: DeviceModel) -> String {
        """
        macVersion: '1.0.4'
        regionalParametersVersion: 'RP002-1.0.1'
        supportsJoin: true
        maxEIRP: \(model.maximumPower)
        supports32bitFCnt: true
        supportsClassB: false
        \(classC(model))

        """
    }

    private static func classC(_ model: DeviceModel) -> String {
        model.isClassC ? "supportsClassC: true\nclassCTimeout: \(DeviceModel.classCTimeout)" : "supportsClassC: false"
    }

    /// JSON is YAML too. The repository compares each output as a whole, so the lists are there also where they are empty.
    private static func codec(_ vectors: [PayloadVector]) -> String {
        var text = "uplinkDecoder:\n  fileName: p1-bridge.js\n  examples:\n"
        for vector in vectors where vector.direction == .uplink { text += decoding(vector) }
        text += "\ndownlinkEncoder:\n  fileName: p1-bridge.js\n  examples:\n"
        for vector in vectors where vector.direction == .downlink {
            guard case .success(let report) = vector.result else { continue }
            text += """
                    - description: \(JSONText.quoted(vector.description))
                      input:
                        data: \(report.json)
                      output:
                        fPort: \(vector.port)
                        bytes: \(vector.byteList)
                        errors: []
                        warnings: []

                """
        }
        text += "\ndownlinkDecoder:\n  fileName: p1-bridge.js\n  examples:\n"
        for vector in vectors where vector.direction == .downlink { text += decoding(vector) }
        return text
    }

    private static func decoding(_ vector: PayloadVector) -> String {
        let output =
            switch vector.result {
            case .success(let report): "data: \(report.json)\n        errors: []"
            case .failure(let error): "errors: [\(JSONText.quoted("\(error)"))]"
            }
        return """
                - description: \(JSONText.quoted(vector.description))
                  input:
                    fPort: \(vector.port)
                    bytes: \(vector.byteList)
                  output:
                    \(output)
                    warnings: []

            """
    }
}
