/// A telegram as it is written: its lines, and how they are joined and closed.
struct TelegramSheet {
    enum Closing: Hashable {
        /// `!` and four upper-case digits.
        case checksum
        case lowerCaseChecksum
        /// Without leading zeros.
        case unpaddedChecksum
        /// `!` alone (DSMR 2.2 and 3.0).
        case mark
        /// Not even a `!`.
        case nothing
    }

    var identification: String
    var lines: [String] = []
    var closing = Closing.checksum
    var lineEnd = "\r\n"
    /// What follows the last line.
    var trailer: [UInt8] = []

    init(identification: String) {
        self.identification = identification
    }

    mutating func add(_ line: String) { lines.append(line) }

    /// - Parameters:
    ///   - value: in steps of 10^-`decimals` of `unit`.
    ///   - width: characters of the number, the point included, leading zeros added.
    mutating func add(_ code: String, _ value: Int64, _ width: Int, _ decimals: Int, _ unit: String) {
        var number = digits(value, decimals > 0 ? width - 1 : width)
        if decimals > 0 { number.insert(".", at: number.index(number.endIndex, offsetBy: -decimals)) }
        add("\(code)(\(number)*\(unit))")
    }

    /// From the `/` to the end of the last line.
    var bytes: [UInt8] {
        var bytes = [UInt8]("/\(identification)\(lineEnd)\(lineEnd)".utf8)
        for line in lines { bytes += "\(line)\(lineEnd)".utf8 }
        guard closing != .nothing else { return bytes + trailer }
        bytes.append(UInt8(ascii: "!"))
        let checksum = Self.checksum(of: bytes)
        switch closing {
        case .checksum: bytes += checksum.utf8
        case .lowerCaseChecksum: bytes += checksum.lowercased().utf8
        case .unpaddedChecksum:
            let significant = checksum.drop { $0 == "0" }
            bytes += (significant.isEmpty ? "0" : significant).utf8
        case .mark, .nothing: break
        }
        return bytes + lineEnd.utf8 + trailer
    }

    /// CRC-16/ARC bit by bit, as the standard defines it: written apart from the reader's, so that each checks the
    /// other.
    private static func checksum(of bytes: [UInt8]) -> String {
        var crc: UInt16 = 0
        for byte in bytes {
            for bit in 0..<8 {
                let feedback = (crc ^ UInt16(byte >> bit)) & 1
                crc >>= 1
                if feedback == 1 { crc ^= 0xA001 }
            }
        }
        let text = String(crc, radix: 16, uppercase: true)
        return String(repeating: "0", count: 4 - text.count) + text
    }
}

/// A number with leading zeros up to `width` characters.
func digits(_ number: some BinaryInteger, _ width: Int) -> String {
    let text = String(number.magnitude)
    let sign = number < 0 ? "-" : ""
    return sign + String(repeating: "0", count: max(0, width - sign.count - text.count)) + text
}

/// Each octet of a text in two hexadecimal digits (format Sn).
func octets(_ text: String) -> String {
    text.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
}
