/// A decimal number: `coefficient` x 10^-`decimals`. What configurations write and decoders print, without floating
/// point in between.
public struct FixedPoint: Hashable, Sendable {
    /// The number's digits.
    public let coefficient: Int64
    /// 0 to 18.
    public let decimals: Int

    /// `coefficient` · 10^-`decimals`.
    public init(coefficient: Int64, decimals: Int) {
        self.coefficient = coefficient
        self.decimals = decimals
    }

    /// Reads "-12", "0.001" and "1e-05"; nil when it is written in another way or needs more than 18 digits.
    public init?(_ text: String) {
        let parts = text.lowercased().split(separator: "e", omittingEmptySubsequences: false)
        guard parts.count <= 2, let mantissa = parts.first, let exponent = parts.count == 2 ? Int(parts[1]) : 0,
            (-18...18).contains(exponent)
        else { return nil }
        let numbers = mantissa.split(separator: ".", omittingEmptySubsequences: false)
        guard numbers.count <= 2, let whole = numbers.first else { return nil }
        let fraction = numbers.count == 2 ? numbers[1] : ""
        guard numbers.count == 1 || !fraction.isEmpty, fraction.utf8.allSatisfy({ (48...57).contains($0) }),
            whole.utf8.count + fraction.utf8.count <= 18, var coefficient = Int64(whole + fraction)
        else { return nil }
        var decimals = fraction.utf8.count - exponent
        while decimals < 0 {
            let (product, overflow) = coefficient.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            coefficient = product
            decimals += 1
        }
        guard decimals <= 18 else { return nil }
        self.init(coefficient: coefficient, decimals: decimals)
    }

    /// The number as JSON and JavaScript write it: no trailing zeros, "0.05", "-3".
    ///
    /// JavaScript prints coefficient / 10^decimals so for any coefficient below 10^15 and at most 6 decimals.
    public var description: String {
        var (magnitude, places) = (coefficient.magnitude, decimals)
        while places > 0 && magnitude % 10 == 0 { (magnitude, places) = (magnitude / 10, places - 1) }
        var digits = String(magnitude)
        if digits.utf8.count <= places {
            digits = String(repeating: "0", count: places + 1 - digits.utf8.count) + digits
        }
        if places > 0 { digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -places)) }
        return coefficient < 0 ? "-" + digits : digits
    }
}

extension FixedPoint: CustomStringConvertible {}
