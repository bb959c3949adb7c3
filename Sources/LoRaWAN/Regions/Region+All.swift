extension Region {
    /// Every region that is built, in the order in which a person would look for them.
    public static let all: [Region] = [
        eu868, eu433, in865, ru864, kr920, as923, as923Group2, as923Group3, as923Group4,
        as923Japan, us915, au915,
    ]
}
