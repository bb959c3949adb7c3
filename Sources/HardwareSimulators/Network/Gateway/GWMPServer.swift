import FoundationEssentials
package import HardwareInterfaces
import Timekeeping

/// The server side of the packet forwarders' UDP protocol (Semtech GWMP, version 2) before a ``NetworkServer``: bytes in,
/// bytes out. The socket is the caller's.
package final class GWMPServer {
    /// Gateways that have sent PULL_DATA, and may so be sent PULL_RESP.
    package private(set) var pullingGateways: Set<[UInt8]> = []
    /// The `error` of each TX_ACK, "NONE" where there was none.
    package private(set) var acknowledgements: [String] = []
    package private(set) var statusReports = 0
    package private(set) var uplinks = 0
    /// What was wrong with datagrams that could not be used.
    package private(set) var problems: [String] = []

    private let server: NetworkServer
    private let clock: any Clock
    private var token: UInt16 = 0

    package init(server: NetworkServer, clock: any Clock) {
        self.server = server
        self.clock = clock
    }

    /// Takes a datagram from a gateway.
    /// - Returns: the datagrams to send back.
    package func receive(_ datagram: [UInt8]) -> [[UInt8]] {
        guard datagram.count >= 12, datagram[0] == 2 else {
            return problem("\(datagram.count) bytes, or not version 2")
        }
        let head = Array(datagram.prefix(3))
        let gateway = Array(datagram[4..<12])
        let text = Data(datagram.dropFirst(12))
        switch datagram[3] {
        case 0:
            let answer: [[UInt8]] = [head + [1]]
            do {
                return answer + take(try JSONDecoder().decode(Push.self, from: text), from: gateway)
            } catch {
                return answer + problem("PUSH_DATA: \(error)")
            }
        case 2:
            pullingGateways.insert(gateway)
            return [head + [4]]
        case 5:
            let acknowledgement = try? JSONDecoder().decode(Acknowledgement.self, from: text)
            acknowledgements.append(acknowledgement?.body?.error ?? "NONE")
            return []
        default:
            return problem("unknown packet type \(datagram[3])")
        }
    }

    /// A PULL_RESP with a text of the test's own.
    package func pullResponse(_ json: String) -> [UInt8] {
        token &+= 1
        return [2] + token.littleEndianBytes + [3] + Array(json.utf8)
    }

    /// A PULL_RESP with what waits for a class C device, to be sent at once; nil when nothing does.
    package func continuousResponse(for devEUI: UInt64) -> [UInt8]? {
        server.continuousDownlink(for: devEUI).map { pullResponse(Self.text(of: $0, after: nil)) }
    }

    private func problem(_ text: String) -> [[UInt8]] {
        problems.append(text)
        return []
    }

    private func take(_ push: Push, from gateway: [UInt8]) -> [[UInt8]] {
        if push.stat != nil { statusReports += 1 }
        return (push.rxpk ?? []).flatMap { packet -> [[UInt8]] in
            guard let payload = Data(base64Encoded: packet.data), payload.count == packet.size, packet.stat == 1,
                let modulation = packet.modulation
            else { return problem("rxpk \(packet)") }
            uplinks += 1
            let heard = HeardUplink(
                payload: Array(payload), frequency: Int((packet.freq * 1_000_000).rounded()),
                spreadingFactor: modulation.spreadingFactor, bandwidth: modulation.bandwidth, rssi: packet.rssi,
                snrQuarters: Int(((packet.lsnr ?? 0) * 4).rounded()), at: clock.monotonic)
            guard let downlink = server.receive(heard), pullingGateways.contains(gateway) else { return [] }
            return [pullResponse(Self.text(of: downlink, after: packet.tmst))]
        }
    }

    /// - Parameter tmst: the gateway's counter at the end of the uplink; nil to send at once.
    static func text(of downlink: ServerDownlink, after tmst: UInt32?) -> String {
        let at = tmst.map { $0 &+ UInt32(truncatingIfNeeded: downlink.delay.microseconds) }
        let time = at.map { #""imme":false,"tmst":\#($0)"# } ?? #""imme":true"#
        return #"{"txpk":{\#(time),"freq":\#(Double(downlink.frequency) / 1_000_000),"rfch":0,"#
            + #""powe":\#(downlink.power),\#(modulation(of: downlink)),"ipol":true,"ncrc":true,"#
            + #""size":\#(downlink.payload.count),"data":"\#(Data(downlink.payload).base64EncodedString())"}}"#
    }

    private static func modulation(of downlink: ServerDownlink) -> String {
        downlink.spreadingFactor == 0
            ? #""modu":"FSK","datr":50000,"fdev":25000"#
            : #""modu":"LORA","datr":"SF\#(downlink.spreadingFactor)BW\#(downlink.bandwidth / 1_000)","codr":"4/5""#
    }

    private static func modulation(_ text: String) -> (spreadingFactor: Int, bandwidth: Int)? {
        let numbers = text.split { !$0.isNumber }.compactMap { Int($0) }
        guard numbers.count == 2, text == "SF\(numbers[0])BW\(numbers[1])" else { return nil }
        return (numbers[0], numbers[1] * 1_000)
    }

    private struct Push: Decodable {
        let rxpk: [ReceivedPacket]?
        let stat: Status?
    }

    private struct ReceivedPacket: Decodable {
        let tmst: UInt32
        let freq: Double
        let stat: Int
        let modu: String
        let datr: Rate
        let codr: String?
        let rssi: Int
        let lsnr: Double?
        let size: Int
        let data: String

        var modulation: (spreadingFactor: Int, bandwidth: Int)? {
            switch (modu, datr) {
            case ("LORA", .text(let text)) where codr == "4/5": GWMPServer.modulation(text)
            case ("FSK", .bits(50_000)): (0, 50_000)
            default: nil
            }
        }
    }

    /// A name, or for FSK a number.
    private enum Rate: Decodable {
        case text(String)
        case bits(Int)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let bits = try? container.decode(Int.self) {
                self = .bits(bits)
            } else {
                self = .text(try container.decode(String.self))
            }
        }
    }

    private struct Status: Decodable {
        let time: String
    }

    private struct Acknowledgement: Decodable {
        let body: Body?

        struct Body: Decodable {
            let error: String?
        }

        enum CodingKeys: String, CodingKey {
            case body = "txpk_ack"
        }
    }
}
