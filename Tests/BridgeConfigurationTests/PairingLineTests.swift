import Ciphers
import LoRaWAN
import Testing

@testable import BridgeConfiguration

@Suite struct PairingLineTests {
    private static let text =
        "P1LORA-BASE:EU868:869525000:5:0:0200000000000001:0000000000000007:000102030405060708090A0B0C0D0E0F"

    @Test func `a line that was written is read again, as it is scanned or typed`() throws {
        let line = try PairingLine(Self.text)
        #expect(line.text == Self.text && line.devEUI == DevEUI(rawValue: 0x0200_0000_0000_0001))
        #expect(
            line.network == PrivateNetwork(frequency: 869_525_000, dataRate: DataRate(5), pairingDataRate: DataRate(0)))
        #expect(try PairingLine("  \(Self.text.lowercased())\n") == line)
    }

    @Test(arguments: [
        ("", "p1lora base pair"), ("P1LORA-BASE:EU868", "p1lora base pair"),
        (text.replacing("EU868", with: "XX1"), "region"), (text.replacing("EU868", with: "KR920"), "channel"),
        (text.replacing("869525000", with: "869300000"), "channel"),
        (text.replacing("869525000", with: "x"), "channel"),
        (text.replacing(":5:", with: ":99:"), "data rate"), (text.replacing("0200000000000001", with: "02"), "DevEUI"),
        (text.replacing("0E0F", with: "0E"), "AppKey"),
    ])
    func `what is none is told with the field, and without the key`(line: String, word: String) {
        let error = #expect(throws: PairingLineError.self) { try PairingLine(line) }
        #expect(error?.description.contains(word) == true && error?.description.contains("0001020304") == false)
    }
}
