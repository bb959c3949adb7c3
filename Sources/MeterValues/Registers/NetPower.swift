extension OBISCode {
    /// Active power, import less export, of the whole meter: below zero while it exports.
    package static let netPower = OBISCode(1, 0, 16, 7, 0)
}

extension Reading {
    /// Active power, import less export: what both registers say, else the meter's own register of it; nil where one
    /// direction alone is known.
    public var netPower: Quantity? {
        guard let imported = quantities[OBISCode(1, 0, 1, 7, 0)], let exported = quantities[OBISCode(1, 0, 2, 7, 0)]
        else { return quantities[.netPower] }
        return imported - exported
    }
}

extension [OBISCode: Quantity] {
    /// C of import, export and net power, of the whole meter and of each phase (IEC 62056-61, table 8).
    private static let powers: [(imported: UInt8, exported: UInt8, net: UInt8)] = [
        (1, 2, 16), (21, 22, 36), (41, 42, 56), (61, 62, 76),
    ]

    /// Adds net power (1-0:16.7.0, of the phases 36, 56 and 76) and excess power (1-128:2.7.0, 22, 42 and 62) where both
    /// directions are known: while one phase imports and another exports, the whole meter shows both above zero.
    mutating func addNetPower() {
        for power in Self.powers {
            guard let imported = self[OBISCode(1, 0, power.imported, 7, 0)],
                let exported = self[OBISCode(1, 0, power.exported, 7, 0)], let net = imported - exported
            else { continue }
            let code = OBISCode(1, 0, power.net, 7, 0)
            if self[code] == nil { self[code] = net }
            self[.excessPower(power.exported)] = Quantity(
                coefficient: Swift.max(0, 0 &- net.coefficient), decimals: net.decimals, unit: net.unit)
        }
    }
}
