public import MeterValues

extension QuarterHour {
    /// Days of UTC since 2020-01-01, rounded down.
    public var day: Int64 {
        let (quotient, remainder) = number.quotientAndRemainder(dividingBy: Int64(ProfileDay.boundaries))
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// Which boundary of its day it is, 0 to 95.
    public var slot: Int { Int(number - day * Int64(ProfileDay.boundaries)) }

    /// - Parameter day: of UTC, counted from 2020-01-01.
    public init(startOfDay day: Int64) { self.init(number: day &* Int64(ProfileDay.boundaries)) }
}
