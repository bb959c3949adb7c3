import Testing

@testable import UplinkPayload

@Suite struct FixedPointTests {
    @Test(arguments: [
        ("0.001", "0.001"), ("1e-05", "0.00001"), ("25.650", "25.65"), ("-0.040", "-0.04"), ("7", "7"), ("1e3", "1000"),
        ("-0", "0"), ("999999999999999.999", "999999999999999.999"),
    ])
    func `decimal numbers are read exactly and written as JavaScript writes them`(text: String, written: String) {
        #expect(FixedPoint(text)?.description == written)
    }

    @Test(arguments: ["", ".", "1.", "1.2.3", "1e", "abc", "1.-2", "12345678901234567890", "1e99", "0x10"])
    func `what is no decimal number is nil`(text: String) {
        #expect(FixedPoint(text) == nil)
    }

    @Test func `a resolution is reduced to its step and decimals`() {
        #expect(Resolution("0.0010") == Resolution(step: 1, decimals: 3))
        #expect(Resolution("0.5") == Resolution(step: 5, decimals: 1))
        #expect(Resolution("10") == Resolution(step: 10, decimals: 0))
        #expect(Resolution("0") == nil)
        #expect(Resolution("-1") == nil)
        #expect(Resolution("0.0000001") == nil)
    }
}
