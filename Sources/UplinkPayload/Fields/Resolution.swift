/// The step in which a field is sent: `step` x 10^-`decimals` of its unit, so 0.001 is (1, 3) and 0.5 is (5, 1).
public struct Resolution: Hashable, Sendable {
    /// 1 to 1 000 000.
    public let step: Int64
    /// Digits after the point, 0 to 6: JavaScript writes smaller numbers with an exponent.
    public let decimals: Int

    static let one = Self(step: 1, decimals: 0, unchecked: ())
    static let tenth = Self(step: 1, decimals: 1, unchecked: ())
    static let hundredth = Self(step: 1, decimals: 2, unchecked: ())

    private init(step: Int64, decimals: Int, unchecked: ()) {
        self.step = step
        self.decimals = decimals
    }

    /// nil outside the ranges above.
    public init?(step: Int64, decimals: Int) {
        guard (1...1_000_000).contains(step), (0...6).contains(decimals) else { return nil }
        self.init(step: step, decimals: decimals, unchecked: ())
    }

    /// Reads "0.001", "0.5", "10" or "1e-3"; nil when it is no positive decimal number in range.
    public init?(_ text: String) {
        guard let number = FixedPoint(text), number.coefficient > 0 else { return nil }
        var (step, decimals) = (number.coefficient, number.decimals)
        while decimals > 0 && step % 10 == 0 { (step, decimals) = (step / 10, decimals - 1) }
        self.init(step: step, decimals: decimals)
    }
}
