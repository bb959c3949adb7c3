import MeterValues

/// Units as COSEM numbers them (DLMS UA 1000-1, 4.3.2, table 4), with the power of ten that a register's scaler gives.
enum COSEMUnit {
    /// The quantity `number` x 10^`scaler` of a unit; nil when 64 bits or 18 places do not hold it. A unit that this program has no
    /// name for becomes a plain number.
    static func quantity(_ number: Int64, scaler: Int, unit: UInt8) -> Quantity? {
        let (base, factor) = meterUnit(unit)
        return quantity(number, scaler: scaler + factor, unit: base)
    }

    static func quantity(_ number: Int64, scaler: Int, unit: MeterUnit) -> Quantity? {
        if (-18...0).contains(scaler) { return Quantity(coefficient: number, decimals: UInt8(-scaler), unit: unit) }
        guard (1...18).contains(scaler) else {
            return number == 0 ? Quantity(coefficient: 0, decimals: 0, unit: unit) : nil
        }
        var coefficient = number
        for _ in 0..<scaler {
            let (product, overflow) = coefficient.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            coefficient = product
        }
        return Quantity(coefficient: coefficient, decimals: 0, unit: unit)
    }

    /// The unit, and the power of ten by which COSEM's is larger.
    private static func meterUnit(_ number: UInt8) -> (MeterUnit, Int) {
        switch number {
        case 7: (.second, 0)
        case 13, 14: (.cubicMetre, 0)
        case 25: (.megajoule, -6)
        case 27: (.watt, 0)
        case 28: (.voltAmpere, 0)
        case 29: (.var, 0)
        case 30: (.wattHour, 0)
        case 31: (.voltAmpereHour, 0)
        case 32: (.varHour, 0)
        case 33: (.ampere, 0)
        case 35: (.volt, 0)
        case 44: (.hertz, 0)
        default: (.none, 0)
        }
    }
}
