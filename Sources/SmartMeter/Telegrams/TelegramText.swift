import MeterValues

/// Reads the text of a telegram from its `/` to its `!`, in one pass.
struct TelegramText {
    /// Where the identification behind the `/` ends.
    private(set) var headerEnd: Int
    /// Where the `!` stands; nil when there is none.
    private(set) var bang: Int?
    private(set) var records: [ObjectRecord]
    /// Lines that are no object in any known form; they are skipped.
    private(set) var oddLines = 0
    /// Some codes leave medium and channel out.
    private(set) var hasShortCodes = false

    /// - Parameters:
    ///   - start: where the `/` stands.
    ///   - expecting: how many objects there will probably be.
    init(_ bytes: Span<UInt8>, from start: Int, expecting: Int) {
        records = []
        records.reserveCapacity(expecting)
        let end = bytes.count
        var index = start
        while index < end, !ASCII.isNewline(bytes[index]) { index &+= 1 }
        headerEnd = index
        while index < end {
            let byte = bytes[index]
            if !ASCII.isDigit(byte) {
                if byte == ASCII.bang {
                    bang = index
                    return
                }
                // STX begins the data of an answer in mode C (IEC 62056-21, 6.3.1).
                if ASCII.isNewline(byte) || ASCII.isBlank(byte) || byte == ASCII.startOfText {
                    index &+= 1
                    continue
                }
                if byte == ASCII.open, readContinuation(bytes, &index, end) { continue }
            }
            let line = index
            if let code = Self.readCode(bytes, &index, end) {
                readValues(bytes, &index, end, code)
            } else if let code = ReducedCode.read(bytes, &index, from: line, end) {
                hasShortCodes = true
                readValues(bytes, &index, end, code)
                if records[records.count - 1].kind == .text { records[records.count - 1].kind = .characters }
            } else {
                oddLines &+= 1
            }
            while index < end, !ASCII.isNewline(bytes[index]) { index &+= 1 }
        }
    }

    /// Whether it says which version it is of: from DSMR 4.0 on, and with that a checksum is mandatory.
    var printsVersion: Bool { records.contains { $0.code == .interfaceVersion || $0.code == .belgianVersion } }

    /// `A-B:C.D.E(` or `A-B:C.D.E*F(`, else nil; `index` is left at the `(`.
    @inline(__always)
    private static func readCode(_ bytes: Span<UInt8>, _ index: inout Int, _ end: Int) -> OBISCode? {
        guard let a = number(bytes, &index, end), take(ASCII.minus, bytes, &index, end),
            let b = number(bytes, &index, end), take(ASCII.colon, bytes, &index, end),
            let c = number(bytes, &index, end), take(ASCII.point, bytes, &index, end),
            let d = number(bytes, &index, end), take(ASCII.point, bytes, &index, end),
            let e = number(bytes, &index, end)
        else { return nil }
        var f: UInt64 = 255
        ASCII.skipBlanks(bytes, &index, end)
        if index < end, bytes[index] == ASCII.star {
            index &+= 1
            guard let number = number(bytes, &index, end) else { return nil }
            f = number
            ASCII.skipBlanks(bytes, &index, end)
        }
        guard index < end, bytes[index] == ASCII.open else { return nil }
        return OBISCode(rawValue: a << 40 | b << 32 | c << 24 | d << 16 | e << 8 | f)
    }

    /// Up to 255, in any number of digits.
    @inline(__always)
    private static func number(_ bytes: Span<UInt8>, _ index: inout Int, _ end: Int) -> UInt64? {
        guard index < end, ASCII.isDigit(bytes[index]) else { return nil }
        var number = UInt64(bytes[index] &- 0x30)
        index &+= 1
        while index < end, ASCII.isDigit(bytes[index]) {
            number = number &* 10 &+ UInt64(bytes[index] &- 0x30)
            guard number <= 255 else { return nil }
            index &+= 1
        }
        return number
    }

    @inline(__always)
    private static func take(_ byte: UInt8, _ bytes: Span<UInt8>, _ index: inout Int, _ end: Int) -> Bool {
        guard index < end, bytes[index] == byte else { return false }
        index &+= 1
        return true
    }

    @inline(__always)
    private mutating func readValues(_ bytes: Span<UInt8>, _ index: inout Int, _ end: Int, _ code: OBISCode) {
        let start = index
        var value = ScannedValue(bytes, at: start &+ 1, end: end, asText: code.holdsText)
        index = value.end
        var kind: ObjectRecord.Kind
        switch value.form {
        case .number: kind = .quantity
        case .stamp: kind = .time
        case .text: kind = .text
        }
        if index < end, bytes[index] == ASCII.open {
            if let stamped = Self.readFurtherValues(bytes, &index, end, value) {
                (kind, value) = (.quantity, stamped)
            } else {
                (kind, value.stamp) = (.list, MeterTimeStamp())
            }
        } else if code == .meterTime {
            kind = .time  // even when it is badly formed: then the time is absent
            value.stamp = value.asStamp ?? Self.writtenTime(bytes, start &+ 1, index &- 1)
        }
        records.append(
            ObjectRecord(
                code: code, coefficient: value.coefficient, valuesStart: UInt32(truncatingIfNeeded: start),
                valuesEnd: UInt32(truncatingIfNeeded: index), stamp: value.stamp, decimals: value.decimals,
                unit: value.unit, kind: kind))
    }

    private static func writtenTime(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> MeterTimeStamp {
        var text: [UInt8] = []
        for index in start..<max(start, end) { text.append(bytes[index]) }
        return MeterTimeStamp(written: text) ?? MeterTimeStamp()
    }

    /// A stamp and a number, in either order, are a time-stamped quantity (M-Bus channels, demand peaks); anything else
    /// is a list.
    /// - Returns: the number with its stamp; nil for a list.
    private static func readFurtherValues(
        _ bytes: Span<UInt8>, _ index: inout Int, _ end: Int, _ first: ScannedValue
    ) -> ScannedValue? {
        var count = 1
        var last = first
        while index < end, bytes[index] == ASCII.open {
            last = ScannedValue(bytes, at: index &+ 1, end: end, asText: false)
            index = last.end
            count &+= 1
        }
        guard count == 2, let (stamp, value) = stamped(first, last) else { return nil }
        var quantity = value
        quantity.stamp = stamp
        return quantity
    }

    /// Which of two values is the stamp of the other; nil when neither is.
    private static func stamped(
        _ first: ScannedValue, _ last: ScannedValue
    ) -> (stamp: MeterTimeStamp, value: ScannedValue)? {
        if let stamp = first.asStamp, last.form == .number { return (stamp, last) }
        // Iskra's MIE5T prints the peak of the month before its stamp.
        guard first.form == .number, first.unit != .none || last.digits == 12 || last.form == .stamp else { return nil }
        if let stamp = last.asStampBehindValue { return (stamp, first) }
        return nil
    }

    /// The second line of a gas register in DSMR 2.2 and 3.0:
    /// `0-1:24.3.0(stamp)(status)(period)(n)(0-1:24.2.1)(m3)`, next line `(00001.001)`.
    ///
    /// The value becomes an object of its own under the code that the first line names, so that gas has the code that
    /// it has in later versions.
    private mutating func readContinuation(_ bytes: Span<UInt8>, _ index: inout Int, _ end: Int) -> Bool {
        guard let before = records.last, before.kind == .list, before.code.c == 24, before.code.d == 3 else {
            return false
        }
        var place = Int(before.valuesStart)
        let listEnd = Int(before.valuesEnd)
        var named: OBISCode?
        var unit: MeterUnit?
        while place < listEnd, bytes[place] == ASCII.open {
            place &+= 1
            let start = place
            while place < listEnd, bytes[place] != ASCII.close { place &+= 1 }
            let text = String(bytes, start..<place)
            if let code = OBISCode(text) { named = code }
            unit = MeterUnit(symbol: text)
            place &+= 1
        }
        let value = ScannedValue(bytes, at: index &+ 1, end: end, asText: false)
        guard let named, let unit, value.form == .number, value.unit == .none else { return false }
        records.append(
            ObjectRecord(
                code: named, coefficient: value.coefficient, valuesStart: UInt32(truncatingIfNeeded: index),
                valuesEnd: UInt32(truncatingIfNeeded: value.end), decimals: value.decimals, unit: unit,
                kind: .quantity))
        index = value.end
        return true
    }
}
