package import Timekeeping

/// Messages of meters that push DLMS, and the frames around them. Written from the standards alone, so that it proves the reader.
package enum PushLine {
    /// How the objects stand in a message.
    package enum Form: CaseIterable, Sendable {
        /// One structure of all elements.
        case flat
        /// An array of a structure for each object.
        case array
        /// A structure of structures.
        case nested
    }

    /// A data-notification (DLMS UA 1000-2, 9.4.6.13).
    package static func notification(
        _ objects: [PushObject], form: Form = .flat, at time: UTCInstant?, deviation: Int16 = -60, status: UInt8 = 0
    ) -> [UInt8] {
        let stamp: [UInt8] = time.map { [0x0C] + dateTime($0, deviation: deviation, status: status) } ?? [0]
        var body: [UInt8]
        switch form {
        case .flat:
            let elements = objects.flatMap(\.elements)
            body = [0x02] + length(elements.count)
            for element in elements { body += element }
        case .array, .nested:
            body = [form == .array ? 0x01 : 0x02] + length(objects.count)
            for object in objects { body += member(object) }
        }
        let head: [UInt8] = [0x0F, 0x00, 0x00, 0x00, 0x01]
        return head + stamp + body
    }

    private static func member(_ object: PushObject) -> [UInt8] {
        let content = Array(object.elements.joined())
        return object.elements.count == 1 ? content : [0x02] + length(object.elements.count) + content
    }

    /// A date and time of COSEM.
    package static func dateTime(_ time: UTCInstant, deviation: Int16, status: UInt8) -> [UInt8] {
        let minutes = deviation == Int16.min ? -60 : Int(deviation)
        let local = Int(time.secondsSince1970) - minutes * 60
        let (days, seconds) = (local / 86_400, local % 86_400)
        let date = CivilDate(daysSince1970: days)
        let day: [UInt8] = [UInt8(date.month), UInt8(date.day), 0xFF]
        let time: [UInt8] = [UInt8(seconds / 3_600), UInt8(seconds / 60 % 60), UInt8(seconds % 60), 0xFF]
        let zone = bigEndian(UInt32(UInt16(bitPattern: deviation)), 2) + [status]
        return bigEndian(UInt32(date.year), 2) + day + time + zone
    }

    /// HDLC frames with at most so many bytes of the message in each (IEC 62056-46).
    package static func hdlc(
        _ message: [UInt8], segment: Int = 2_000, destination: [UInt8] = [0xCF], source: [UInt8] = [0x02, 0x23]
    ) -> [UInt8] {
        let parts = pieces([0xE6, 0xE7, 0x00] + message, of: segment)
        return parts.indices.flatMap { index -> [UInt8] in
            hdlcFrame(parts[index], isSegment: index + 1 < parts.count, destination, source)
        }
    }

    /// HDLC frames around blocks of a general block transfer.
    package static func blocks(_ message: [UInt8], of size: Int) -> [UInt8] {
        let parts = pieces(message, of: size)
        return parts.indices.flatMap { index -> [UInt8] in
            let control: UInt8 = index + 1 == parts.count ? 0xC0 : 0x40
            let head: [UInt8] = [0xE0, control] + bigEndian(UInt32(index + 1), 2) + [0, 0]
            let block = head + length(parts[index].count) + parts[index]
            let link: [UInt8] = index == 0 ? [0xE6, 0xE7, 0x00] : []
            return hdlcFrame(link + block, isSegment: false, [0xCE, 0xFF], [0x03])
        }
    }

    private static func hdlcFrame(
        _ information: [UInt8], isSegment: Bool, _ destination: [UInt8], _ source: [UInt8]
    ) -> [UInt8] {
        let count = 2 + destination.count + source.count + 1 + 2 + information.count + 2
        let format: UInt8 = 0xA0 | (isSegment ? 0x08 : 0) | UInt8(count >> 8)
        let header: [UInt8] = [format, UInt8(count & 0xFF)] + destination + source + [0x13]
        let body = header + check(header) + information
        return [0x7E] + body + check(body) + [0x7E]
    }

    /// M-Bus frames with at most so many bytes of the message in each (EN 13757-2, -3).
    package static func wiredMBus(_ message: [UInt8], data size: Int = 245, control: UInt8 = 0x53) -> [UInt8] {
        let parts = pieces(message, of: size)
        return parts.indices.flatMap { index -> [UInt8] in
            let last: UInt8 = index + 1 == parts.count ? 0x10 : 0
            let body: [UInt8] = [control, 0xFF, last | UInt8(index & 0x0F), 0x01, 0x67] + parts[index]
            // 257 is written as 1 (Sagemcom S210).
            let count = UInt8(truncatingIfNeeded: body.count)
            let end: [UInt8] = [body.reduce(0, &+), 0x16]
            return [0x68, count, count, 0x68] + body + end
        }
    }

    private static func pieces(_ bytes: [UInt8], of size: Int) -> [[UInt8]] {
        stride(from: 0, to: max(1, bytes.count), by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
    }

    /// CRC-16/X25, low byte first.
    package static func check(_ bytes: [UInt8]) -> [UInt8] {
        var crc: UInt16 = 0xFFFF
        for byte in bytes {
            crc ^= UInt16(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x8408 : crc >> 1 }
        }
        return [UInt8(~crc & 0xFF), UInt8(~crc >> 8)]
    }

    /// A length of BER.
    package static func length(_ count: Int) -> [UInt8] {
        count < 0x80 ? [UInt8(count)] : count < 0x100 ? [0x81, UInt8(count)] : [0x82] + bigEndian(UInt32(count), 2)
    }

    static func bigEndian(_ value: UInt32, _ count: Int) -> [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
}
