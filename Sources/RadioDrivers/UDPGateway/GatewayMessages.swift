import FoundationEssentials
import LoRaWAN

/// PUSH_DATA: what the gateway heard and how it is.
struct GatewayPush: Encodable {
    var rxpk: [GatewayReception]?
    var stat: GatewayStatus?
}

struct GatewayReception: Encodable {
    /// The gateway's counter of microseconds at the end of the frame.
    let tmst: UInt32
    let chan = 0
    let rfch = 0
    /// MHz.
    let freq: Double
    /// 1: CRC good.
    let stat = 1
    /// "LORA" or "FSK".
    let modu: String
    let datr: GatewayDataRate
    /// Of LoRa.
    var codr: String?
    let rssi: Int
    /// Of LoRa.
    var lsnr: Double?
    let size: Int
    let data: String

    init(_ transmission: Transmission, tmst: UInt32, rssi: Int, snrQuarters: Int) {
        self.tmst = tmst
        freq = Double(transmission.frequency) / 1_000_000
        datr = GatewayDataRate(transmission.modulation)
        self.rssi = rssi
        switch transmission.modulation {
        case .lora:
            modu = "LORA"
            codr = "4/5"
            lsnr = Double(snrQuarters) / 4
        case .fsk: modu = "FSK"
        }
        size = transmission.payload.count
        data = Data(transmission.payload).base64EncodedString()
    }
}

/// "SF7BW125", or for FSK a number, the bits a second (packet forwarder protocol, 4 and 6).
enum GatewayDataRate: Hashable, Codable {
    case lora(String)
    case fsk(Int)

    init(_ modulation: Modulation) {
        switch modulation {
        case .lora: self = .lora(modulation.description)
        case .fsk: self = .fsk(Modulation.fskBitRate)
        }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let rate = try? container.decode(Int.self) {
            self = .fsk(rate)
        } else {
            self = .lora(try container.decode(String.self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .lora(let text): try container.encode(text)
        case .fsk(let rate): try container.encode(rate)
        }
    }
}

struct GatewayStatus: Encodable {
    /// "2026-11-22 23:10:00 GMT".
    let time: String
    let rxnb: Int
    let rxok: Int
    let rxfw: Int
    /// Percentage of PUSH_DATA that was acknowledged.
    let ackr: Double
    let dwnb: Int
    let txnb: Int
}

/// PULL_RESP: what the gateway is to send.
struct GatewayOrder: Decodable {
    let txpk: Body

    struct Body: Decodable {
        let imme: Bool?
        let tmst: UInt32?
        let freq: Double
        let modu: String?
        let datr: GatewayDataRate
        let ipol: Bool?
        let size: Int?
        let data: String
    }

    static func decode(_ json: [UInt8]) -> GatewayOrder? {
        try? JSONDecoder().decode(GatewayOrder.self, from: Data(json))
    }

    /// Hertz; nil for what no radio can send.
    var frequency: Int? {
        guard txpk.freq > 0, txpk.freq < 10_000 else { return nil }
        return Int((txpk.freq * 1_000_000).rounded())
    }

    var modulation: Modulation? {
        switch (txpk.modu ?? "LORA", txpk.datr) {
        case ("LORA", .lora(let text)): Self.modulation(text)
        case ("FSK", .fsk(Modulation.fskBitRate)): .fsk
        default: nil
        }
    }

    private static func modulation(_ text: String) -> Modulation? {
        guard text.hasPrefix("SF") else { return nil }
        let parts = text.dropFirst(2).split(separator: "BW", omittingEmptySubsequences: false)
        guard parts.count == 2, let factor = Int(parts[0]), let kilohertz = Int(parts[1]),
            let bandwidth = Modulation.Bandwidth.allCases.first(where: { $0.hertz / 1_000 == kilohertz })
        else { return nil }
        return Modulation(spreadingFactor: factor, bandwidth: bandwidth)
    }

    /// 1 to 255 bytes; servers differ in whether they pad.
    var payload: [UInt8]? {
        let text = txpk.data + String(repeating: "=", count: (4 - txpk.data.utf8.count % 4) % 4)
        guard let bytes = Data(base64Encoded: text).map({ Array($0) }), (1...255).contains(bytes.count),
            txpk.size ?? bytes.count == bytes.count
        else { return nil }
        return bytes
    }
}

/// The answers of TX_ACK that this gateway gives.
enum GatewayRefusal: String {
    case tooLate = "TOO_LATE"
    case tooEarly = "TOO_EARLY"
    case collision = "COLLISION_PACKET"
    case frequency = "TX_FREQ"
}
