package import BridgeConfiguration
package import Ciphers
package import LoRaWAN
package import RadioDrivers
import Timekeeping

/// What a network server has to be told of the device, in its own words.
package struct Registration: Sendable {
    let device: LoRaWANConfiguration
    /// Whether keys are shown.
    let isSecretShown: Bool
    /// The radio is a module with a MAC of its own, older than 1.0.4: it may draw its DevNonces, and a server of that version,
    /// which wants them to count up, would refuse its joins.
    let module: ModuleMACVersion?

    package init(_ device: LoRaWANConfiguration, showsSecret: Bool, module: ModuleMACVersion? = nil) {
        self.device = device
        isSecretShown = showsSecret
        self.module = module
    }

    /// Of a configuration file, of which the [lorawan] table is read and the type of the radio.
    package init(contentsOfFile path: String, showsSecret: Bool) throws(ConfigurationError) {
        self.init(
            try LoRaWANConfiguration(contentsOfFile: path), showsSecret: showsSecret,
            module: try RadioKinds.macVersion(inFile: path))
    }

    /// The [lorawan] table of the configuration; always with the key.
    package var configurationLines: String {
        var lines = ["[lorawan]", "region = \"\(device.region.name)\""]
        switch device.activation {
        case .overTheAir(let joinEUI, let appKey):
            lines += ["join_eui = \"\(joinEUI)\"", "dev_eui = \"\(device.devEUI)\"", "app_key = \"\(hex(appKey))\""]
        case .personalized(let session):
            lines += ["activation = \"abp\"", "dev_eui = \"\(device.devEUI)\"", "dev_addr = \"\(session.devAddr)\""]
            lines += [
                "nwk_s_key = \"\(hex(session.keys.network))\"", "app_s_key = \"\(hex(session.keys.application))\"",
            ]
        }
        if device.deviceClass == .c { lines.append("class = \"C\"") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The text of the QR code by which servers' apps take a device in (TR005); nil for a device without a join. No key is
    /// ever in it. 0xFFFF is the vendor of those to whom the LoRa Alliance gave no number.
    package var qrText: String? {
        guard case .overTheAir(let joinEUI, _) = device.activation else { return nil }
        return "LW:D0:\(joinEUI):\(device.devEUI):FFFF0000"
    }

    /// Names and values for the web page of any server.
    package var fields: [(name: String, value: String)] {
        var fields = [
            ("LoRaWAN version", versions.mac), ("regional parameters", versions.regional),
            ("region", device.region.name),
            ("class", device.deviceClass == .c ? "C" : "A"),
            ("activation", isOverTheAir ? "OTAA" : "ABP"), ("DevEUI", "\(device.devEUI)"),
        ]
        switch device.activation {
        case .overTheAir(let joinEUI, let appKey):
            fields += [("JoinEUI (AppEUI)", "\(joinEUI)"), ("AppKey", shown(appKey))]
        case .personalized(let session):
            fields += [
                ("DevAddr", "\(session.devAddr)"), ("NwkSKey", shown(session.keys.network)),
                ("AppSKey", shown(session.keys.application)), ("RX1 delay", "\(session.rxDelay) s"),
            ]
        }
        return fields
    }

    private var versions: (mac: String, regional: String) {
        switch module {
        case .v102: ("1.0.2", "1.0.2 revision B")
        case .v103: ("1.0.3", "1.0.3 revision A")
        case nil: ("1.0.4", "RP002-1.0.4")
        }
    }

    var isOverTheAir: Bool { if case .overTheAir = device.activation { true } else { false } }

    /// Lower-case, as The Things Stack wants names to be.
    var name: String { "p1lora-\(device.devEUI.description.lowercased())" }

    func shown(_ key: AES128Key) -> String { isSecretShown ? hex(key) : "(hidden: --secret shows it)" }

    func hex(_ key: AES128Key) -> String { key.bytes.hex.uppercased() }
}

extension LoRaWANConfiguration {
    /// A device with new keys, and the defaults for all else.
    package static func withNewKeys(
        region: Region, deviceClass: DeviceClass, devEUI: DevEUI, joinEUI: JoinEUI,
        using random: inout some RandomNumberGenerator
    ) throws(CipherError) -> LoRaWANConfiguration {
        let key = try AES128Key((0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) })
        return LoRaWANConfiguration(
            region: region, deviceClass: deviceClass, devEUI: devEUI,
            activation: .overTheAir(joinEUI: joinEUI, appKey: key), adaptiveDataRate: true, dataRate: nil,
            lowestDataRate: region.uplinkDataRates.first ?? DataRate(0), dailyAirTime: .seconds(30),
            dailyDownlinks: 10,
            antennaGainTenths: 21, maximumPower: 20, certificationMode: false)
    }
}
