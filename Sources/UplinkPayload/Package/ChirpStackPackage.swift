extension PayloadSchema {
    /// A vendor folder for chirpstack/chirpstack-device-profiles.
    func chirpStackFiles(
        _ codec: String, _ vectors: [PayloadVector], _ model: DeviceModel
    ) -> [(path: String, text: String)] {
        let folder = "chirpstack/vendors/p1lora"
        let profile = "\(model.chirpStackRegion)-1_0_4.toml"
        return [
            ("\(folder)/vendor.toml", Self.vendor), ("\(folder)/devices/p1-bridge.toml", Self.device(profile)),
            ("\(folder)/profiles/\(profile)", Self.profile(model)), ("\(folder)/codecs/p1lora.js", codec),
            ("\(folder)/codecs/test_decode_p1lora.json", Self.decodeTests(vectors)),
            ("\(folder)/codecs/test_encode_p1lora.json", Self.encodeTests(vectors)),
        ]
    }

    private static let vendor = """
        [vendor]
        id = "5d1c7f6e-2b0a-4c39-9e51-7a90f3c4b811"
        name = "p1lora"
        vendor_id = 0
        ouis = []
        devices = ["p1-bridge.toml"]

        [vendor.metadata]
        homepage = "https://example.org/p1lora"

        """

    private static func device(_ profile: String) -> String {
        """
        [device]
        id = "8e0b8a57-6f1d-4c5e-9a3b-1f2d64c7e0a5"
        name = "P1 bridge"
        description = "Carries the readings of a smart meter's P1 port over LoRaWAN"

        [[device.firmware]]
        version = "0.1"
        profiles = ["\(profile)"]
        codec = "p1lora.js"

        [device.metadata]
        product_url = "https://example.org/p1lora"

        """
    }

    private static func profile(_ model: DeviceModel) -> String {
        """
        [profile]
        id = "c2a4d9b3-0e77-4f4b-8d16-93b5\(model.mark)"
        vendor_profile_id = 0
        region = "\(model.chirpStackRegion)"
        mac_version = "1.0.4"
        reg_params_revision = "RP002-1.0.3"
        supports_otaa = true
        supports_class_b = false
        supports_class_c = \(model.isClassC)
        max_eirp = \(model.maximumPower)

        [profile.abp]
        rx1_delay = 0
        rx1_dr_offset = 0
        rx2_dr = 0
        rx2_freq = 0

        [profile.class_b]
        timeout_secs = 0
        ping_slot_nb_k = 0
        ping_slot_dr = 0
        ping_slot_freq = 0

        [profile.class_c]
        timeout_secs = \(model.isClassC ? DeviceModel.classCTimeout : 0)

        """
    }

    private static func decodeTests(_ vectors: [PayloadVector]) -> String {
        tests(
            vectors.filter { $0.direction == .uplink }.map { vector in
                let input: JSONValue = [
                    "fPort": .number("\(vector.port)"), "bytes": .written(vector.byteList),
                    "recvTime": "2026-11-23T06:15:00.000+00:00",
                ]
                return ["name": .string(vector.description), "input": input, "expected": vector.output]
            })
    }

    private static func encodeTests(_ vectors: [PayloadVector]) -> String {
        tests(
            vectors.compactMap { vector in
                guard vector.direction == .downlink, case .success(let report) = vector.result else { return nil }
                let expected: JSONValue = [
                    "fPort": .number("\(vector.port)"), "bytes": .written(vector.byteList), "errors": [],
                    "warnings": [],
                ]
                return [
                    "name": .string(vector.description), "input": ["data": report.jsonValue], "expected": expected,
                ]
            })
    }

    private static func tests(_ tests: [JSONValue]) -> String { JSONValue.lines(tests).text + "\n" }
}
