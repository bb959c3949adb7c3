package import Timekeeping

/// Takes a stored state apart; every field is checked against its range.
package struct StateReader {
    private let bytes: [UInt8]
    private let end: Int
    private var offset: Int
    package let version: UInt8

    package init(_ bytes: [UInt8], range: Range<Int>, version: UInt8) {
        self.bytes = bytes
        self.version = version
        offset = max(0, range.lowerBound)
        end = min(range.upperBound, bytes.count)
    }

    package var left: Int { end - offset }

    package mutating func byte(_ field: String) throws(DeviceStateError) -> UInt8 {
        guard offset < end else { throw .endsIn(field: field) }
        defer { offset += 1 }
        return bytes[offset]
    }

    package mutating func flag(_ field: String) throws(DeviceStateError) -> Bool {
        let value = try byte(field)
        guard value < 2 else { throw .wrongField(name: field, value: "\(value)", wanted: "0 or 1") }
        return value == 1
    }

    package mutating func number(_ field: String, upTo limit: UInt64 = .max) throws(DeviceStateError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = try byte(field)
            let bits = UInt64(next & 0x7F)
            guard shift < 64, (bits << shift) >> shift == bits else {
                throw .wrongField(name: field, value: "a number of more than 64 bits", wanted: "at most \(limit)")
            }
            value |= bits << shift
            shift += 7
            if next & 0x80 == 0 { break }
        }
        guard value <= limit else { throw .wrongField(name: field, value: "\(value)", wanted: "at most \(limit)") }
        return value
    }

    /// Version 1 knew 16 channels.
    package mutating func mask(_ field: String) throws(DeviceStateError) -> ChannelMask {
        let low = try number(field)
        return ChannelMask(version < 2 ? 0 : try number(field, upTo: 0xFF)) << 64 | ChannelMask(low)
    }

    /// How many items follow; each takes a byte or more.
    package mutating func count(_ field: String) throws(DeviceStateError) -> Int {
        Int(try number(field, upTo: UInt64(left)))
    }

    package mutating func small(_ field: String, _ range: ClosedRange<UInt8>) throws(DeviceStateError) -> UInt8 {
        let value = try byte(field)
        guard range.contains(value) else {
            throw .wrongField(name: field, value: "\(value)", wanted: "\(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    private mutating func signed(_ field: String, limit: Int64) throws(DeviceStateError) -> Int64 {
        let coded = try number(field)
        let value = Int64(bitPattern: coded >> 1) ^ -Int64(bitPattern: coded & 1)
        guard (-limit...limit).contains(value) else {
            throw .wrongField(name: field, value: "\(value)", wanted: "at most \(limit) in size")
        }
        return value
    }

    /// At most 73 years either way, so that sums with it cannot overflow.
    package mutating func instant(_ field: String) throws(DeviceStateError) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: try signed(field, limit: 1 << 61))
    }

    /// Within the years that can be told in nanoseconds of UTC.
    package mutating func time(_ field: String) throws(DeviceStateError) -> UTCInstant {
        UTCInstant(nanoseconds: try signed(field, limit: 1 << 62))
    }

    /// 0 to `limit`.
    package mutating func span(_ field: String, upTo limit: TimeSpan = .hours(24)) throws(DeviceStateError) -> TimeSpan
    {
        let value = TimeSpan(nanoseconds: try signed(field, limit: 1 << 61))
        guard value >= .zero, value <= limit else {
            throw .wrongField(name: field, value: "\(value)", wanted: "0 to \(limit)")
        }
        return value
    }

    package mutating func raw(_ field: String, _ count: Int) throws(DeviceStateError) -> [UInt8] {
        guard count >= 0, count <= left else { throw .endsIn(field: field) }
        defer { offset += count }
        return Array(bytes[offset..<offset + count])
    }

    package mutating func text(_ field: String) throws(DeviceStateError) -> String {
        let count = try count(field)
        return String(decoding: try raw(field, count), as: UTF8.self)
    }
}
