import Testing

@testable import LoRaWAN

@Suite struct IdentifierTests {
    @Test func `identifiers are read and written most significant byte first`() throws {
        #expect(try DevEUI(hex: "70B3D57ED0000001").rawValue == 0x70B3_D57E_D000_0001)
        #expect(try DevEUI(hex: "70-b3-d5-7e-d0-00-00-01").description == "70B3D57ED0000001")
        #expect(try JoinEUI(hex: "0000000000000001").description == "0000000000000001")
        #expect(try DevAddr(hex: "0102A304").description == "0102A304")
    }

    @Test func `what is wrong with an identifier is said`() {
        #expect(throws: IdentifierError.wrongLength(name: "DevEUI", digits: 14, wanted: 16)) {
            try DevEUI(hex: "70B3D57ED00000")
        }
        // An odd number of digits is a number of digits too.
        #expect(throws: IdentifierError.wrongLength(name: "DevEUI", digits: 15, wanted: 16)) {
            try DevEUI(hex: "70B3D57ED000000")
        }
        #expect(throws: IdentifierError.wrongLength(name: "DevEUI", digits: 17, wanted: 16)) {
            try DevEUI(hex: "70-B3-D5-7E-D0-00-00-01-2")
        }
        #expect(throws: IdentifierError.notHexadecimal(name: "DevEUI", text: "70B3D57ED00000O")) {
            try DevEUI(hex: "70B3D57ED00000O")
        }
        #expect(throws: IdentifierError.notHexadecimal(name: "JoinEUI", text: "xyz")) { try JoinEUI(hex: "xyz") }
    }

    @Test func `a counter's low bits find the first counter that is not below`() {
        let counter = FrameCounter(rawValue: 0x1_FFFE)
        #expect(counter.first(endingIn: 0xFFFE)?.rawValue == 0x1_FFFE)
        #expect(counter.first(endingIn: 0x0001)?.rawValue == 0x2_0001)
        #expect(counter.first(endingIn: 0xFFFD)?.rawValue == 0x2_FFFD)
        #expect(FrameCounter(rawValue: .max).first(endingIn: 0) == nil)
        #expect(FrameCounter(rawValue: .max).next == nil)
    }
}
