import MeterValues

/// What the data of a push means. Makers differ in what they leave out: scale and unit, the codes, or both.
struct PushList {
    private let items: [AXDR.Item]
    private let bytes: [UInt8]
    private let maker: String?
    private var writer: ObjectWriter
    private var texts: [Range<Int>] = []
    private var bareNumbers: [Int64] = []
    private var lastTime: MeterTimeStamp?
    /// Texts behind the first object.
    private var trailing: [Range<Int>] = []
    private var unknown: OBISCode?

    /// - Parameters:
    ///   - maker: three letters of the system title; nil when the sender names none.
    ///   - time: of the message itself.
    static func read(
        _ data: AXDR, _ bytes: [UInt8], maker: String?, time: MeterTimeStamp?, title: String, timeZone: MeterTimeZone
    ) -> Result<ObjectWriter, PushFault> {
        var list = Self(items: data.items, bytes: bytes, maker: maker, title: title, timeZone: timeZone)
        return list.read(time)
    }

    private init(items: [AXDR.Item], bytes: [UInt8], maker: String?, title: String, timeZone: MeterTimeZone) {
        (self.items, self.bytes, self.maker) = (items, bytes, maker)
        writer = ObjectWriter(title: title, timeZone: timeZone)
    }

    private mutating func read(_ time: MeterTimeStamp?) -> Result<ObjectWriter, PushFault> {
        if let described = describedValues() {
            for (code, index) in described { write(code, items[index], scale: .landisGyr) }
        } else {
            walk()
        }
        if let unknown { return .failure(.scaleUnknown(unknown)) }
        if writer.records.isEmpty, !readByPosition() {
            return .failure(bareNumbers.isEmpty ? .empty : .listUnknown(values: bareNumbers.count))
        }
        if let id = trailing.last ?? identifier, !writer.has(Self.serialNumber) {
            writer.add(Self.serialNumber, octets: bytes[id])
        }
        if !writer.has(.meterTime), let time = lastTime ?? time { writer.add(.meterTime, time) }
        return .success(writer)
    }

    static let serialNumber = OBISCode(0, 0, 96, 1, 0)

    // MARK: - Values with their codes

    private mutating func walk() {
        let scale = scale
        var index = 0
        while index < items.count {
            if let code = code(at: index), index + 1 < items.count {
                index = readObject(code, at: index + 1, scale)
            } else {
                note(items[index])
                index += 1
            }
        }
    }

    /// Reads what belongs to a code; returns where the next object begins.
    private mutating func readObject(_ code: OBISCode, at index: Int, _ scale: ListScale?) -> Int {
        // Some put scale and unit before the value, most behind it.
        if let (scaler, unit, next) = scaler(at: index), next < items.count, isValue(items[next]) {
            write(code, items[next], scaler: scaler, unit: unit)
            return next + 1
        }
        guard isValue(items[index]) else { return index }
        if let (scaler, unit, next) = scaler(at: index + 1) {
            write(code, items[index], scaler: scaler, unit: unit)
            return next
        }
        write(code, items[index], scale: scale)
        return index + 1
    }

    /// Six octets of which the last says "present", and the first a medium.
    private func code(at index: Int) -> OBISCode? {
        guard case .octets(let place) = items[index], place.count == 6 else { return nil }
        let octets = bytes[place]
        guard octets.last == 255, octets[place.lowerBound] <= 15 else { return nil }
        return OBISCode(rawValue: octets.reduce(0) { $0 << 8 | UInt64($1) })
    }

    /// { scaler, unit } as a structure, or the two without one.
    private func scaler(at index: Int) -> (scaler: Int, unit: UInt8, next: Int)? {
        guard index < items.count else { return nil }
        var place = index
        if case .structure(2) = items[place] { place += 1 }
        guard place + 1 < items.count, case .integer(let scaler) = items[place], (-18...18).contains(scaler),
            case .enumeration(let unit) = items[place + 1], place > index || unit > 6
        else { return nil }
        return (Int(scaler), unit, place + 2)
    }

    private func isValue(_ item: AXDR.Item) -> Bool {
        switch item {
        case .array, .structure: false
        default: true
        }
    }

    private mutating func write(_ code: OBISCode, _ item: AXDR.Item, scaler: Int, unit: UInt8) {
        guard case .integer(let number) = item else { return write(code, item, scale: .whole) }
        // A value that does not fit is left out, as one that is missing.
        guard let quantity = COSEMUnit.quantity(number, scaler: scaler, unit: unit) else { return }
        // Landis+Gyr's ZMF100 names its energies as if they were of no medium.
        let isNameless = code.a == 0 && code.d == 8 && (30...32).contains(unit)
        writer.add(isNameless ? OBISCode(1, code.b, code.c, code.d, code.e) : code, quantity)
    }

    private mutating func write(_ code: OBISCode, _ item: AXDR.Item, scale: ListScale?) {
        switch item {
        case .integer(let number):
            if code.a != 1 || code.c == 0 {
                writer.add(code, Quantity(coefficient: number, decimals: 0, unit: .none))
            } else if let quantity = scale?.quantity(code, number) {
                writer.add(code, quantity)
            } else if unknown == nil {
                unknown = code
            }
        case .enumeration(let number): writer.add(code, Quantity(coefficient: Int64(number), decimals: 0, unit: .none))
        case .octets(let place), .text(let place):
            guard let time = MeterTimeStamp(octets: bytes[place]) else { return writer.add(code, octets: bytes[place]) }
            // Kamstrup's clock stands under channel 1.
            writer.add(code.c == 1 && code.d == 0 && code.a == 0 ? .meterTime : code, time)
        case .null, .other, .array, .structure: break
        }
    }

    /// What stands without a code.
    private mutating func note(_ item: AXDR.Item) {
        switch item {
        case .octets(let place), .text(let place):
            if let time = MeterTimeStamp(octets: bytes[place]) {
                lastTime = time
            } else if !place.isEmpty, bytes[place].allSatisfy({ ASCII.isPrintable($0) }) {
                if writer.records.isEmpty { texts.append(place) } else { trailing.append(place) }
            }
        case .integer(let number): bareNumbers.append(number)
        case .array, .structure, .null, .enumeration, .other: break
        }
    }

    /// By what the sender says of itself: its name in the frame, or the version of its list.
    private var scale: ListScale? {
        for item in items.prefix(4) {
            guard case .octets(let place) = item else {
                if case .text(let place) = item, let scale = scale(named: bytes[place]) { return scale }
                continue
            }
            if let scale = scale(named: bytes[place]) { return scale }
        }
        if hasAttributeNames { return .whole }
        switch maker {
        case "KAM": return kamstrupScale
        case "KFM": return .kaifa
        case "LGZ": return .landisGyr
        default: return nil
        }
    }

    private func scale(named text: ArraySlice<UInt8>) -> ListScale? {
        if text.starts(with: "Kamstrup_".utf8) { return kamstrupScale }
        return text.starts(with: "KFM_".utf8) ? .kaifa : nil
    }

    /// The list that the Norwegian regulator ordered names the meter by its GS1 number, the longer one by its serial number.
    private var kamstrupScale: ListScale {
        let norwegian = OBISCode(1, 1, 0, 0, 5)
        return items.indices.contains { code(at: $0) == norwegian } ? .kamstrupNorway : .kamstrup
    }

    /// Each value stands in a structure behind the name of its attribute, which has no tag.
    private var hasAttributeNames: Bool {
        guard maker == nil, case .structure(2) = items.first, items.count > 3, case .enumeration = items[1],
            case .array = items[2]
        else { return false }
        return true
    }

    // MARK: - A list of what comes, then the values

    /// The codes of { class, code, attribute, index } in the array at the beginning, with the places of their values.
    private func describedValues() -> [(OBISCode, Int)]? {
        guard items.count > 5, case .structure(let count) = items[0], case .array(let described) = items[1],
            described >= 1, case .structure(let members) = items[2], members >= 4, case .integer = items[3],
            code(at: 4) != nil
        else { return nil }
        var codes: [(OBISCode, isList: Bool)] = []
        var index = 2
        for _ in 0..<described {
            guard index + 2 < items.count, case .integer(let kind) = items[index + 1], let code = code(at: index + 2)
            else {
                return nil
            }
            codes.append((code, kind == 40))
            index = end(of: index)
        }
        // The list may name itself first: its value is what has been read.
        if codes.first?.isList == true { codes.removeFirst() }
        guard codes.count == count - 1 else { return nil }
        var values: [(OBISCode, Int)] = []
        for (code, _) in codes {
            guard index < items.count else { return nil }
            values.append((code, index))
            index = end(of: index)
        }
        return values
    }

    /// Where the item behind the one at `index`, with all that is in it, stands.
    private func end(of index: Int) -> Int {
        guard index < items.count else { return index }
        var (place, open) = (index, 1)
        while open > 0, place < items.count {
            switch items[place] {
            case .array(let count), .structure(let count): open += count
            default: break
            }
            open -= 1
            place += 1
        }
        return place
    }

    // MARK: - Values by their position

    /// Kaifa's lists for Norway: power alone; or version, number, type and nine values; with the clock and four registers of energy
    /// behind them each hour.
    private mutating func readByPosition() -> Bool {
        let power: [OBISCode] = [1, 2, 3, 4].map { OBISCode(1, 0, $0, 7, 0) }
        let currents = [31, 51, 71].map { OBISCode(1, 0, $0, 7, 0) }
        let voltages = [32, 52, 72].map { OBISCode(1, 0, $0, 7, 0) }
        let energy: [OBISCode] = [1, 2, 3, 4].map { OBISCode(1, 0, $0, 8, 0) }
        let isKaifa = texts.first.map { bytes[$0].starts(with: "KFM_".utf8) } ?? false
        // A clock within the list comes with energies behind it.
        let hasEnergy = lastTime != nil
        let codes: [OBISCode]
        switch (bareNumbers.count, hasEnergy) {
        case (1, _) where items.count == 2: codes = [power[0]]
        case _ where !isKaifa: return false
        case (1, _): codes = [power[0]]
        // One phase, and three.
        case (6, false): codes = power + [currents[0], voltages[0]]
        case (10, false): codes = power + currents + voltages
        case (10 + 4, true): codes = power + currents + voltages + energy
        case (6 + 4, true): codes = power + [currents[0], voltages[0]] + energy
        default: return false
        }
        for (code, number) in zip(codes, bareNumbers) {
            guard let quantity = ListScale.kaifa.quantity(code, number) else { return false }
            writer.add(code, quantity)
        }
        return true
    }

    /// The meter's number in a list by position: behind its version.
    private var identifier: Range<Int>? { texts.count >= 2 ? texts[1] : nil }
}
