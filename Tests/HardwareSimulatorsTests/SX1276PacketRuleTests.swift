import HardwareInterfaces
import HardwareSimulators
import Testing
import Timekeeping

/// Rules of FSK's FIFO, of DIO1, of an SX1272, and of faults.
@Suite struct SX1276PacketRuleTests {
    /// FSK standby, as LoRaWAN sends, with a threshold of 31.
    private func packetBench() throws -> ChipBench {
        let bench = ChipBench()
        try bench.write(0x02, 0x02, 0x80, 0x01, 0x99, 0xD9, 0x33, 0x33)
        try bench.write(0x25, 0, 5, 0x12, 0xC1, 0x94, 0xC1)
        try bench.write(0x30, 0xD8, 0x40, 0xFF)
        try bench.write(0x35, 0x9F)
        return bench
    }

    @Test func `the FIFO of FSK holds 64 bytes, tells its level, and is emptied by sleep or its overrun flag`() throws {
        let bench = try packetBench()
        #expect(try bench.read(0x3F) == [0x40])
        _ = try bench.chip.transfer([0x80] + [UInt8](repeating: 1, count: 31))
        #expect(try bench.read(0x3F) == [0x00] && !bench.chip.dio1.isHigh)
        try bench.write(0x00, 1)
        #expect(try bench.read(0x3F) == [0x20] && bench.chip.dio1.isHigh)
        _ = try bench.chip.transfer([0x80] + [UInt8](repeating: 1, count: 32))
        #expect(try bench.read(0x3F) == [0xA0])
        #expect(bench.chip.violations == [])
        try bench.write(0x00, 1)
        #expect(try bench.read(0x3F) == [0xB0] && bench.chip.violations.count == 1)
        try bench.write(0x3F, 0x10)
        #expect(try bench.read(0x3F) == [0x40])
        #expect(try bench.read(0x00) == [0] && bench.chip.violations.count == 2, "nothing to read")
    }

    @Test func `a packet lasts its bytes, the FIFO drains meanwhile, and one that runs dry is damaged`() throws {
        let bench = try packetBench()
        for (written, isWhole) in [(11, true), (6, false)] {
            _ = try bench.chip.transfer([0x80, 10] + [UInt8](repeating: 7, count: written - 1))
            let begin = bench.world.now
            try bench.write(0x01, 0x0B)
            bench.pass(.microseconds(120 + 160 * 21 - 1))
            #expect(try bench.read(0x3F)[0] & 0x08 == 0)
            bench.pass(.microseconds(1))
            #expect(try bench.read(0x3F) == [0x48] && bench.chip.dio0.isHigh)
            let sent = try #require(bench.air.transmissions.last)
            #expect(sent.start == begin + .microseconds(120) && sent.isCorrupt != isWhole)
            try bench.write(0x01, 0x09)
        }
        #expect(bench.air.transmissions.first?.payload == [UInt8](repeating: 7, count: 10))
        #expect(bench.chip.violations == [])
    }

    @Test func `an FSK transmission without a packet, or with addresses, is noticed`() throws {
        let bench = try packetBench()
        try bench.write(0x01, 0x0B)
        #expect(bench.chip.violations.count == 1)
        try bench.write(0x01, 0x09)
        try bench.write(0x30, 0xDA)
        try bench.write(0x00, 1, 1)
        try bench.write(0x01, 0x0B)
        #expect(bench.chip.violations.count == 2)
        try bench.write(0x01, 0x0E)
        #expect(bench.chip.violations.count == 3, "there is no RX-single in FSK")
    }

    @Test func `DIO1 rises with the time-out of an empty window`() throws {
        let bench = ChipBench()
        try bench.enterLoRa()
        try bench.setUpReception(symbols: 10)
        try bench.write(0x01, 0x8E)
        bench.pass(.seconds(1))
        #expect(bench.chip.dio1.isHigh && !bench.chip.dio0.isHigh)
        try bench.write(0x12, 0xFF)
        #expect(!bench.chip.dio1.isHigh)
    }

    @Test func `20 dBm for more than 1 % of the time is noticed`() throws {
        let bench = ChipBench()
        try bench.enterLoRa()
        try bench.write(0x09, 0xCF)
        try bench.write(0x4D, 0x87)
        try bench.write(0x0B, 0x31)
        try bench.loadFrame([1, 2, 3])
        for (pause, violations) in [(TimeSpan.zero, 0), (.seconds(4), 0), (.seconds(1), 1)] {
            bench.pass(pause)
            try bench.write(0x01, 0x8B)
            bench.pass(.milliseconds(100))
            #expect(bench.chip.violations.count == violations)
        }
    }

    @Test func `after its supply dipped the chip is as after a reset, and what follows is no fault of the driver`()
        throws
    {
        let bench = ChipBench()
        try bench.enterLoRa()
        bench.chip.brownOut()
        bench.pass(.milliseconds(6))
        try bench.write(0x01, 0x8B)
        #expect(bench.chip.violations == [])
        #expect(try bench.read(0x01) == [0x0B], "the modem does not change")
        try bench.write(0x01, 0x8B)
        #expect(bench.chip.violations.count == 1, "now it could have known")
    }

    @Test func `noise turns a bit over in as many transfers as asked`() throws {
        let bench = ChipBench()
        bench.chip.faults.noisyTransfers = 2
        #expect(try bench.read(0x42) != [0x12])
        #expect(try bench.read(0x42) != [0x12])
        #expect(try bench.read(0x42) == [0x12])
        #expect(bench.chip.transfers == 3)
    }
}
