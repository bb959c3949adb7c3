import Ciphers
import Testing
import Timekeeping

@testable import LoRaWAN
@testable import PrivateLink

/// What must hold over all that was ever on the air.
extension World {
    /// No counter, no nonce and no JoinNonce twice: a frame of a device comes again only byte by byte, one of the base never.
    func expectNothingUsedTwice() {
        var seen: [String: [UInt8]] = [:]
        var twice: [String] = []
        for frame in air where frame.from != .stranger {
            let bytes = frame.transmission.payload
            let isData = bytes[0] >= 0x40
            // DevAddr and FCnt, in one direction; of joins all that is there.
            let key = "\(frame.from) " + (isData ? (bytes[1..<5] + bytes[6..<8]) : bytes[...]).description
            let isBase = frame.from == .base
            if let before = seen.updateValue(bytes, forKey: key), isBase || before != bytes { twice.append(key) }
            if !isData, !isBase, air.count(where: { $0.transmission.payload == bytes && $0.from == frame.from }) > 1 {
                twice.append(key)
            }
        }
        #expect(twice.isEmpty)
        expectNoJoinNonceTwice()
    }

    /// Of each device; they are encrypted with its key.
    private func expectNoJoinNonceTwice() {
        for board in boards {
            guard case .overTheAir(_, let key) = board.configuration.activation, let cipher = try? AES128(key),
                let authentication = try? AESCMAC(key)
            else { continue }
            let nonces = air.filter { $0.from == .base && $0.transmission.payload[0] == 0x20 }.compactMap {
                try? JoinAccept(
                    decoding: $0.transmission.payload, cipher: cipher, authentication: authentication
                ).joinNonce.rawValue
            }
            #expect(!nonces.isEmpty)
            #expect(nonces == Array(Set(nonces)).sorted(), "each is above the one before")
        }
    }

    /// On-time of each end in each sliding hour: the fullest one ends with a frame.
    func expectLawKept(_ limit: TimeSpan = .seconds(360)) {
        for end in [End.base] + boards.indices.map({ .device($0) }) {
            let own = air.filter { $0.from == end }
            var first = 0
            var sum = TimeSpan.zero
            var most = TimeSpan.zero
            for frame in own {
                sum += frame.end - frame.start
                while own[first].end <= frame.end - .hours(1) {
                    sum -= own[first].end - own[first].start
                    first += 1
                }
                // Of the oldest only what is within the hour.
                most = max(most, sum - max(.zero, frame.end - .hours(1) - own[first].start))
            }
            #expect(most <= limit, "\(end)")
        }
    }

    /// The share of what a device sent that came, in percent.
    func arrived(_ device: Int) -> Int {
        let sent = boards[device].sent.count
        let eui = boards[device].configuration.devEUI
        return sent == 0 ? 100 : uplinks.count { $0.devEUI == eui && $0.port != nil } * 100 / sent
    }

    /// Lets a device report at a pace from now on.
    func speak(_ device: Int, each pace: TimeSpan, after pause: TimeSpan = .zero) {
        boards[device].pace = pace
        boards[device].speaksAt = now + pause
    }
}
