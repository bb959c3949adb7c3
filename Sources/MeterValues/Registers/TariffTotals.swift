extension [OBISCode: Quantity] {
    /// Adds the total register (1-0:1.8.0 to 4.8.0) where a meter prints its tariffs only, as Dutch and Belgian ones do:
    /// layouts, quarter-hours and the reference power are then the same for all meters.
    ///
    /// Both of the first two tariffs have to be there, for a sum without one of them would be a register that falls.
    mutating func addTotals() {
        for energy in UInt8(1)...4 where self[OBISCode(1, 0, energy, 8, 0)] == nil {
            guard var total = self[OBISCode(1, 0, energy, 8, 1)], self[OBISCode(1, 0, energy, 8, 2)] != nil else {
                continue
            }
            var isExact = true
            for tariff in UInt8(2)...4 {
                guard let next = self[OBISCode(1, 0, energy, 8, tariff)] else { continue }
                if let sum = total + next { total = sum } else { isExact = false }
            }
            if isExact { self[OBISCode(1, 0, energy, 8, 0)] = total }
        }
    }
}

extension Quantity {
    /// The exact sum, in the unit of `first`; nil when the units measure different things or 64 bits do not hold it.
    static func + (first: Quantity, second: Quantity) -> Quantity? {
        first.combined(with: second) { $0.addingReportingOverflow($1) }
    }

    /// The exact difference, likewise.
    package static func - (first: Quantity, second: Quantity) -> Quantity? {
        first.combined(with: second) { $0.subtractingReportingOverflow($1) }
    }

    private func combined(
        with other: Quantity, _ operation: (Int64, Int64) -> (partialValue: Int64, overflow: Bool)
    ) -> Quantity? {
        // Fine enough for both: a watt is three decimals of a kilowatt.
        let others = Int(other.decimals) + unit.exponent - other.unit.exponent
        let decimals = Swift.min(18, Swift.max(Int(decimals), others))
        guard let left = coefficient(in: unit, decimals: decimals),
            let right = other.coefficient(in: unit, decimals: decimals)
        else { return nil }
        let (result, overflow) = operation(left, right)
        return overflow ? nil : Quantity(coefficient: result, decimals: UInt8(decimals), unit: unit)
    }
}
