package import Ciphers
package import LoRaWAN

/// What a base tells a bridge, on paper or by a QR code and never over the air: channel, data rates, identity and key, as
/// `p1lora base pair` shows it and `p1lora setup` takes it.
package struct PairingLine: Hashable, Sendable {
    package let region: Region
    package let network: PrivateNetwork
    package let devEUI: DevEUI
    package let joinEUI: JoinEUI
    package let appKey: AES128Key

    private static let head = "P1LORA-BASE"

    /// - Parameters:
    ///   - region: whose law holds.
    ///   - network: channel and data rates.
    ///   - devEUI: of the bridge.
    ///   - joinEUI: of the base.
    ///   - appKey: of this bridge alone.
    package init(region: Region, network: PrivateNetwork, devEUI: DevEUI, joinEUI: JoinEUI, appKey: AES128Key) {
        (self.region, self.network) = (region, network)
        (self.devEUI, self.joinEUI, self.appKey) = (devEUI, joinEUI, appKey)
    }

    /// Reads what was typed or scanned: spaces around it and small letters are taken too.
    package init(_ text: String) throws(PairingLineError) {
        let words = text.filter { !$0.isWhitespace }.uppercased().split(separator: ":").map(String.init)
        guard words.first == Self.head, words.count == 8 else { throw .notAPairing }
        do {
            region = try Region(named: words[1])
        } catch {
            throw .wrong("region", "\(error)")
        }
        func number(_ index: Int, _ name: String, upTo most: Int) throws(PairingLineError) -> Int {
            guard let number = Int(words[index]), (0...most).contains(number) else {
                throw .wrong(name, "\"\(words[index].prefix(20))\" is no number from 0 to \(most)")
            }
            return number
        }
        network = PrivateNetwork(
            frequency: try number(2, "channel", upTo: 1_000_000_000),
            dataRate: DataRate(UInt8(clamping: try number(3, "data rate", upTo: 15))),
            pairingDataRate: DataRate(UInt8(clamping: try number(4, "pairing data rate", upTo: 15))))
        do {
            try network.check(in: region)
        } catch {
            throw .wrong("channel", "\(error)")
        }
        do {
            devEUI = try DevEUI(hex: words[5])
            joinEUI = try JoinEUI(hex: words[6])
        } catch {
            throw .wrong("DevEUI or JoinEUI", "\(error)")
        }
        do {
            appKey = try AES128Key(hex: words[7])
        } catch {
            throw .wrong("AppKey", "\(error)")
        }
    }

    /// One line, with the key.
    package var text: String {
        let rates = "\(network.dataRate.index):\(network.pairingDataRate.index)"
        return "\(Self.head):\(region.name):\(network.frequency):\(rates):\(devEUI):\(joinEUI):"
            + appKey.bytes.hex.uppercased()
    }
}

/// Why a line is no pairing; never with the key in it.
package enum PairingLineError: Error, Hashable, Sendable, CustomStringConvertible {
    case notAPairing
    case wrong(_ field: String, _ reason: String)

    package var description: String {
        switch self {
        case .notAPairing:
            "that is no pairing: \"p1lora base pair\" on the base's board shows a line that begins with P1LORA-BASE:"
        case .wrong(let field, let reason): "the pairing's \(field) is wrong: \(reason)"
        }
    }
}
