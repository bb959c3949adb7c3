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
            if ASCII.isNewline(byte) {
                index &+= 1
                continue
            }
            if byte == ASCII.bang {
                bang = index
                return
            }
            if byte == ASCII.open, readContinuation(bytes, &index, end) { continue }
            // STX begins the data of an answer in mode C (IEC 62056-21, 6.3.1).
            if byte == ASCII.startOfText || ASCII.isBlank(byte) {
                index &+= 1
                continue
            }
            let line = index
            if let code = Self.readCode(bytes, &index, end) {
                readValues(bytes, &index, end, code)
            } else if let code = ReducedCode.read(bytes, &index, from: line, end) {
                hasShortCodes = true
                readValues(bytes, &index, end, code)
                records[records.count - 1].isPlain = true
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
        var raw: UInt64 = 0
        var field = 0
        while field < 6 {
            guard index < end, ASCII.isDigit(bytes[index]) else { return nil }
            var number = UInt64(bytes[index] &- 0x30)
            index &+= 1
            while index < end, ASCII.isDigit(bytes[index]) {
                number = number &* 10 &+ UInt64(bytes[index] &- 0x30)
                guard number <= 255 else { return nil }
                index &+= 1
            }
            if field >= 4 { while index < end, ASCII.isBlank(bytes[index]) { index &+= 1 } }
            guard index < end else { return nil }
            raw = raw << 8 | number
            let separator = bytes[index]
            switch field {
            case 0: guard separator == ASCII.minus else { return nil }
            case 1: guard separator == ASCII.colon else { return nil }
            case 2, 3: guard separator == ASCII.point else { return nil }
            case 4:
                if separator == ASCII.open { return OBISCode(rawValue: raw << 8 | 255) }
                guard separator == ASCII.star else { return nil }
            default: return separator == ASCII.open ? OBISCode(rawValue: raw) : nil
            }
            index &+= 1
            field &+= 1
        }
        return nil
    }

    @inline(__always)
    private mutating func readValues(_ bytes: Span<UInt8>, _ index: inout Int, _ end: Int, _ code: OBISCode) {
        var record = ObjectRecord(code: code, valuesStart: UInt32(truncatingIfNeeded: index))
        let first = ScannedValue(bytes, at: index &+ 1, end: end, asText: code.holdsText)
        index = first.end
        switch first.form {
        case .number: record.kind = .quantity
        case .stamp: record.kind = .time
        case .text: record.kind = .text
        }
        record.coefficient = first.coefficient
        record.decimals = first.decimals
        record.unit = first.unit
        record.stamp = first.stamp
        if index < end, bytes[index] == ASCII.open {
            readFurtherValues(bytes, &index, end, &record, first)
        } else if code == .meterTime {
            record.kind = .time  // even when it is badly formed: then the time is absent
            record.stamp = first.asStamp ?? Self.writtenTime(bytes, Int(record.valuesStart) + 1, index &- 1)
        }
        record.valuesEnd = UInt32(truncatingIfNeeded: index)
        records.append(record)
    }

    private static func writtenTime(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> MeterTimeStamp {
        var text: [UInt8] = []
        for index in start..<max(start, end) { text.append(bytes[index]) }
        return MeterTimeStamp(written: text) ?? MeterTimeStamp()
    }

    /// A stamp and a number, in either order, are a time-stamped quantity (M-Bus channels, demand peaks); anything else
    /// is a list.
    private func readFurtherValues(
        _ bytes: Span<UInt8>, _ index: inout Int, _ end: Int, _ record: inout ObjectRecord, _ first: ScannedValue
    ) {
        var count = 1
        var last = first
        while index < end, bytes[index] == ASCII.open {
            last = ScannedValue(bytes, at: index &+ 1, end: end, asText: false)
            index = last.end
            count &+= 1
        }
        guard count == 2, let (stamp, value) = Self.stamped(first, last) else {
            record.kind = .list
            record.stamp = MeterTimeStamp()
            return
        }
        record.kind = .quantity
        record.coefficient = value.coefficient
        record.decimals = value.decimals
        record.unit = value.unit
        record.stamp = stamp
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
