import MeterValues

/// The values of an SML file: the entries of its SML_GetList.Res (SML 1.04, 5.1.18), each a list of name, status, time, unit, scaler,
/// value and signature. They are found by their form: meters differ in what stands around them (Holley leaves the choice of its
/// time out).
enum SMLList {
    static func read(_ bytes: [UInt8], timeZone: MeterTimeZone) -> Result<ObjectWriter, PushFault> {
        guard let data = SMLData(bytes) else { return .failure(.broken(at: bytes.count)) }
        var writer = ObjectWriter(title: "SML", timeZone: timeZone)
        var server: Range<Int>?
        for index in data.items.indices {
            guard data.items[index] == .list(7), index + 1 < data.items.count,
                case .octets(let name) = data.items[index + 1]
            else { continue }
            if let entry = Entry(data, at: index, name, bytes) {
                entry.write(to: &writer, bytes)
            } else if index + 2 < data.items.count, case .octets(let place) = data.items[index + 2], place.count > 6 {
                server = place
            }
        }
        guard !writer.records.isEmpty else { return .failure(.empty) }
        if let server, !writer.has(PushList.serialNumber) { writer.add(PushList.serialNumber, octets: bytes[server]) }
        return .success(writer)
    }

    private struct Entry {
        let code: OBISCode
        let unit: UInt8
        let scaler: Int
        let value: SMLData.Item

        /// Nil when the list at `index` is another one of seven items.
        init?(_ data: SMLData, at index: Int, _ name: Range<Int>, _ bytes: [UInt8]) {
            guard name.count == 6 else { return nil }
            code = OBISCode(rawValue: bytes[name].reduce(0) { $0 << 8 | UInt64($1) })
            let unitPlace = data.end(of: data.end(of: index + 2))
            guard unitPlace + 2 < data.items.count else { return nil }
            switch data.items[unitPlace] {
            case .integer(let number): unit = UInt8(clamping: number)
            case .octets(let place) where place.isEmpty: unit = 0xFF
            default: return nil
            }
            switch data.items[unitPlace + 1] {
            case .integer(let number): scaler = Int(clamping: number)
            case .octets(let place) where place.isEmpty: scaler = 0
            default: return nil
            }
            value = data.items[unitPlace + 2]
        }

        func write(to writer: inout ObjectWriter, _ bytes: [UInt8]) {
            switch value {
            case .integer(let number):
                // A value that does not fit is left out, as one that is missing.
                if let quantity = COSEMUnit.quantity(number, scaler: scaler, unit: unit) { writer.add(code, quantity) }
            case .bool(let isTrue): writer.add(code, Quantity(coefficient: isTrue ? 1 : 0, decimals: 0, unit: .none))
            case .octets(let place): if !place.isEmpty { writer.add(code, octets: bytes[place]) }
            case .list, .endOfMessage: break
            }
        }
    }
}
