import BridgeConfiguration
import Ciphers
import LoRaWAN
import PrivateLink

/// New keys for a bridge, as the lines that both ends need.
package struct Pairing {
    private let devEUI: DevEUI
    private let joinEUI: JoinEUI
    private let appKey: AES128Key
    private let file: BaseFile
    private let name: String

    /// Draws them from the system's random source.
    /// - Parameter name: what the base calls the bridge.
    package init(of file: BaseFile, name: String) throws {
        var random = SystemRandomNumberGenerator()
        // Locally administered, as none of a maker is (EUI-64, U/L bit).
        devEUI = DevEUI(rawValue: UInt64.random(in: .min ... .max, using: &random) & ~(3 << 56) | 2 << 56)
        joinEUI =
            file.base.devices.first?.joinEUI ?? JoinEUI(rawValue: UInt64.random(in: .min ... .max, using: &random))
        appKey = try AES128Key((0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) })
        (self.file, self.name) = (file, name)
    }

    private var identity: [String] {
        ["dev_eui = \"\(devEUI)\"", "join_eui = \"\(joinEUI)\"", "app_key = \"\(appKey.bytes.hex.uppercased())\""]
    }

    /// [[device]]
    package var baseLines: String { text(["[[device]]", "name = \"\(name)\""] + identity) }

    /// [lorawan]
    package var bridgeLines: String {
        let base = file.base
        return text(
            [
                "[lorawan]", "network = \"private\"", "region = \"\(base.region.name)\"",
                "channel_hz = \(base.frequency)", "data_rate = \(base.dataRate.index)",
                "pairing_data_rate = \(base.pairingDataRate.index)",
            ] + identity)
    }

    /// For "p1lora setup" on the bridge.
    package var line: String {
        let base = file.base
        let network = PrivateNetwork(
            frequency: base.frequency, dataRate: base.dataRate, pairingDataRate: base.pairingDataRate)
        return PairingLine(
            region: base.region, network: network, devEUI: devEUI, joinEUI: joinEUI, appKey: appKey
        ).text
    }

    private func text(_ lines: [String]) -> String { lines.joined(separator: "\n") + "\n" }
}

extension BaseFile {
    /// What follows from the configuration, for people.
    package var summary: [String] {
        let band = base.region.subBand(of: base.frequency).map { base.region.subBands[$0] }
        let megahertz = "\(base.frequency / 1_000_000).\(String(1_000 + base.frequency / 1_000 % 1_000).dropFirst())"
        func rate(_ rate: DataRate) -> String {
            "\(rate) (\(base.region.modulation(of: rate).map { "\($0)" } ?? "none"))"
        }
        let share = band.map { $0.dutyPermille >= 1_000 ? "no limit" : "\($0.hourlyLimit) in each hour" } ?? "nothing"
        return [
            "\(base.region.name), \(megahertz) MHz: the law allows each end \(share)",
            "listens at \(rate(base.dataRate))\(base.movesDataRate ? ", and moves all devices to what the weakest bears" : "")",
            "for lost devices at \(rate(base.pairingDataRate)): 3 of each 47 minutes, 12 while one is missing",
            "answers \(base.rxDelay) s after an uplink",
            broker.map { "tells \($0.name), topics application/\(application)/device/..." } ?? "tells no broker",
        ] + zip(names, base.devices).map { "\($0): DevEUI \($1.devEUI)" }
    }
}
