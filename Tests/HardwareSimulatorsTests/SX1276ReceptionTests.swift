import HardwareSimulators
import Testing
import Timekeeping

@Suite struct SX1276ReceptionTests {
    private let symbol = TimeSpan.microseconds(1_024)

    @Test func `RX-single ends by the symbol time-out`() throws {
        let bench = ChipBench()
        try bench.enterLoRa()
        try bench.setUpReception(symbols: 10)
        try bench.write(0x01, 0x8E)
        bench.pass(.microseconds(120) + symbol * 10 - .microseconds(1))
        #expect(try bench.read(0x12) == [0x00])
        bench.pass(.microseconds(1))
        #expect(try bench.read(0x12) == [0x80])
        #expect(try bench.read(0x01) == [0x89])
        #expect(bench.chip.violations == [])
    }

    @Test func `a frame sets flags, pointers, count and the CRC bit of its header`() throws {
        let bench = ChipBench()
        try bench.enterLoRa()
        try bench.setUpReception()
        try bench.write(0x0F, 0x40)
        try bench.write(0x01, 0x8E)
        bench.downlink(after: .milliseconds(5))
        bench.pass(.seconds(1))
        #expect(try bench.read(0x12) == [0x50])
        #expect(try bench.read(0x10) == [0x40])
        #expect(try bench.read(0x13) == [5])
        #expect(try bench.read(0x1C) == [0x00])
        try bench.write(0x0D, 0x40)
        #expect(try bench.read(0x00, count: 5) == [1, 2, 3, 4, 5])
        #expect(try bench.read(0x01) == [0x89])
        #expect(bench.chip.violations == [])
    }

    @Test func `six of the eight symbols of a preamble are enough, five are not`() throws {
        for (late, heard) in [(Int64(2), true), (3, false)] {
            let bench = ChipBench()
            try bench.enterLoRa()
            try bench.setUpReception()
            bench.downlink()
            bench.pass(symbol * late - .microseconds(120))
            try bench.write(0x01, 0x8E)
            bench.pass(.seconds(1))
            #expect((try bench.read(0x12)[0] & 0x40 != 0) == heard, "\(late) symbols late")
        }
    }

    @Test func `a preamble that ends its detection before the time-out cancels it, a later one does not`() throws {
        for (offset, heard) in [(Int64(3), true), (5, false)] {
            let bench = ChipBench()
            try bench.enterLoRa()
            try bench.setUpReception(symbols: 10)
            try bench.write(0x01, 0x8E)
            bench.downlink(after: .microseconds(120) + symbol * offset)
            bench.pass(.seconds(1))
            #expect((try bench.read(0x12)[0] & 0x40 != 0) == heard, "\(offset) symbols")
        }
    }

    @Test func `only what matches the modem's settings is heard`() throws {
        let changes: [(String, (inout AirTransmission) -> Void)] = [
            ("carrier", { $0.frequency += 100_000 }), ("spreading factor", { $0.spreadingFactor = 8 }),
            ("bandwidth", { $0.bandwidth = 250_000 }), ("IQ", { $0.invertedIQ = false }),
            ("sync word", { $0.syncWord = 0x12 }), ("low data rate", { $0.lowDataRateOptimize = true }),
        ]
        for (name, change) in changes {
            let bench = ChipBench()
            try bench.enterLoRa()
            try bench.setUpReception()
            try bench.write(0x01, 0x8E)
            bench.downlink(after: .milliseconds(5), change)
            bench.pass(.seconds(1))
            #expect(try bench.read(0x12) == [0x80], "\(name)")
        }
    }

    @Test func `what is broken off is not received`() throws {
        let bench = ChipBench()
        try bench.enterLoRa()
        try bench.setUpReception()
        try bench.write(0x01, 0x8E)
        bench.downlink(after: .milliseconds(5))
        bench.pass(.milliseconds(20))
        try bench.write(0x01, 0x89)
        bench.pass(.seconds(1))
        #expect(try bench.read(0x12)[0] & 0x40 == 0)
    }

    @Test func `a symbol time-out below 4 is noticed`() throws {
        let bench = ChipBench()
        try bench.enterLoRa()
        try bench.setUpReception(symbols: 3)
        try bench.write(0x01, 0x8E)
        #expect(bench.chip.violations.count == 1)
    }
}
