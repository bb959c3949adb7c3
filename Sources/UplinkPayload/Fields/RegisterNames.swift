public import MeterValues

/// Codes by the names that their fields have, and by those of media: `fields = ["gas", "voltage_l1_v"]`.
enum RegisterNames {
    static func code(named name: String) -> OBISCode? { codes[name] }

    private static let codes: [String: OBISCode] = {
        var codes: [String: OBISCode] = [:]
        for code in candidates {
            guard let known = KnownRegister(code), codes[known.name] == nil else { continue }
            codes[known.name] = code
        }
        for medium in Medium.allCases { codes[medium.name] = medium.code() }
        return codes
    }()

    /// All codes that ``KnownRegister`` may know, the usual ones before those that share a name with them.
    private static var candidates: [OBISCode] {
        let electricity = (UInt8(1)...99).flatMap { c in
            [4, 6, 7, 8, 32, 36].flatMap { d in (0...4).map { OBISCode(1, 0, c, d, $0) } }
        }
        var computed: [OBISCode] = []
        for c in UInt8(1)...99 {
            for d in UInt8(1)...20 {
                for e in UInt8(0)...(d == 8 ? 255 : 13) {
                    computed.append(OBISCode(1, OBISCode.computedChannel, c, d, e))
                }
            }
        }
        let abstract = [(17, 0, 0), (96, 3, 10), (96, 7, 21), (96, 7, 9), (96, 14, 0), (24, 2, 1)].flatMap { c, d, e in
            (UInt8(0)...8).map { OBISCode(0, $0, c, d, e) }
        }
        let media = Medium.allCases.flatMap { medium in (UInt8(0)...7).map { medium.code(place: $0) } }
        return electricity + computed + abstract + media + (1...13).map { OBISCode.peak(monthsAgo: $0) }
    }
}

extension Reading {
    /// The name of a register as its field has it, by the unit that the meter says and, on an M-Bus channel, by what the
    /// meter there counts: `limit_a`, `gas_m3`. Nil for a register that is not in the table.
    public func name(of code: OBISCode) -> String? { field(of: code)?.name }

    /// The field of a register, with that name and in a unit of what the meter measures.
    public func field(of code: OBISCode) -> Field? {
        let named = code.isMBusRegister ? medium(ofChannel: code.b).map { $0.medium.code(place: $0.place) } : nil
        var request = FieldRequest((named ?? code).description)
        if let unit = quantities[code]?.unit, unit != .none, code.hasManyUnits,
            KnownRegister(named ?? code)?.unit.dimension != unit.dimension
        {
            request.unit = unit
        }
        return try? request.field()
    }

    /// The registers to be shown, in the order of their codes: once each, though it can be asked for under two.
    public var shownCodes: [OBISCode] {
        let media = (1...UInt8(8)).compactMap(medium).map { $0.medium.code(place: $0.place) }
        return quantities.keys.filter { code in
            guard !media.contains(code) else { return false }
            guard let usual = code.inChannelZero else { return true }
            return quantities[usual] != quantities[code]
        }.sorted()
    }
}

extension OBISCode {
    package var isMBusRegister: Bool { a == 0 && (1...8).contains(b) && c == 24 && d == 2 }
}

/// Texts of a meter by the names that a broker's readers want.
public enum TextNames {
    /// Nil for a text that nobody asks for.
    public static func name(of code: OBISCode) -> String? {
        switch (code.a, code.b, code.c, code.d, code.e) {
        case (0, 0, 42, 0, 0): "device_name"
        case (0, 0, 96, 1, 0...1): "equipment_id"
        case (0, 0, 96, 13, 0): "message"
        case (0, 0, 96, 13, _): "message\(code.e)"
        case (0, 1...8, 96, 1, 0...1): "mbus\(code.b)_id"
        case (1, 1, 31, 4, 0): "current_limits"
        default: nil
        }
    }
}
