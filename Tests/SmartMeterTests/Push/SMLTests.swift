import HardwareSimulators
import MeterValues
import SmartMeter
import Testing

@Suite struct SMLTests {
    private static let server: [UInt8] = [0x0A, 0x01, 0x45, 0x4D, 0x48, 0, 0, 0x12, 0x34, 0x56]

    @Test(arguments: Pieces.allCases, [true, false])
    func `the values of a file come out by code, scaler and unit`(pieces: Pieces, timeHasChoice: Bool) throws {
        let entries: [SMLWriter.Entry] = [
            .init(code: [1, 0, 1, 8, 0, 255], value: 123_456_789, scaler: -1, unit: 30),
            .init(code: [1, 0, 2, 8, 0, 255], value: 0x1B1B_1B1B, scaler: -1, unit: 30),
            .init(code: [1, 0, 16, 7, 0, 255], value: -2_345, scaler: 0, unit: 27),
            .init(code: [1, 0, 32, 7, 0, 255], value: 2_301, scaler: -1, unit: 35),
            .init(code: [1, 0, 1, 8, 1, 255], value: 7, scaler: 3, unit: 30),
        ]
        let file = SMLWriter.file(entries, server: Self.server, timeHasChoice: timeHasChoice)
        let found = try outcomes(of: [0x55, 0x1B] + file + file, pieces: pieces)
        #expect(found.problems.isEmpty, "\(found.problems)")
        #expect(found.telegrams.count == 2)
        let telegram = try #require(found.telegrams.first)
        #expect(
            telegram.objects.map { "\($0.code)=\($0.valueString) \($0.unitSymbol ?? "")" } == [
                "1-0:1.8.0=12345678.9 Wh", "1-0:2.8.0=45476124.3 Wh", "1-0:16.7.0=-2345 W", "1-0:32.7.0=230.1 V",
                "1-0:1.8.1=7000 Wh", "0-0:96.1.0=0A01454D480000123456 ",
            ])
        #expect(telegram.meterIdentifier == "0A01454D480000123456")
        #expect(telegram.checksum != .absent)
    }

    @Test func `damage costs its file only, and is named`() throws {
        let file = SMLWriter.file(
            [.init(code: [1, 0, 1, 8, 0, 255], value: 5, scaler: -1, unit: 30)], server: Self.server)
        for place in file.indices {
            for bit in [0x01, 0x80] as [UInt8] {
                var damaged = file
                damaged[place] ^= bit
                let found = try outcomes(of: damaged + file)
                #expect(found.telegrams.count == 1, "\(place)")
                #expect(found.problems.allSatisfy { $0.line == .sml || $0.reason == .noise }, "\(found.problems)")
            }
            let cut = try outcomes(of: Array(file.prefix(place)) + file)
            #expect(cut.telegrams.count == 1, "cut at \(place)")
        }
    }

    @Test func `a file whose content is no list gives no telegram`() throws {
        let content = [UInt8](repeating: 0x99, count: 32)
        let all: [UInt8] = [0x1B, 0x1B, 0x1B, 0x1B, 1, 1, 1, 1] + content + [0x1B, 0x1B, 0x1B, 0x1B, 0x1A, 0]
        let found = try outcomes(of: all + PushLine.check(all))
        #expect(found.telegrams.isEmpty && found.problems.map(\.line) == [.sml])
    }
}
