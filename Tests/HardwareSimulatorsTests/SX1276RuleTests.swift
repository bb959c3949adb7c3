import HardwareInterfaces
import HardwareSimulators
import Testing
import Timekeeping

/// Each rule of the chip, and that breaking it is noticed.
@Suite struct SX1276RuleTests {
    @Test func `registers have their values after a reset`() throws {
        let bench = ChipBench()
        #expect(try bench.read(0x01) == [0x09])
        #expect(try bench.read(0x06, count: 3) == [0x6C, 0x80, 0x00])
        #expect(try bench.read(0x42) == [0x12])
        #expect(try bench.read(0x4D) == [0x84])
        try bench.write(0x01, 0x08)
        try bench.write(0x01, 0x88)
        #expect(try bench.read(0x39) == [0x12])
        #expect(try bench.read(0x1D, count: 3) == [0x72, 0x70, 0x64])
        #expect(bench.chip.violations == [])
    }

    @Test func `the LoRa bit changes in sleep only`() throws {
        let bench = ChipBench()
        try bench.write(0x01, 0x89)
        #expect(bench.chip.violations.count == 1)
        #expect(try bench.read(0x01) == [0x09])
        try bench.write(0x01, 0x08)
        try bench.write(0x01, 0x88)
        #expect(try bench.read(0x01) == [0x88])
        #expect(bench.chip.violations.count == 1)
    }

    @Test func `the FIFO cannot be reached in sleep`() throws {
        let bench = ChipBench()
        try bench.enterLoRa()
        try bench.loadFrame([1, 2, 3])
        try bench.write(0x0D, 0)
        #expect(try bench.read(0x00, count: 3) == [1, 2, 3])
        #expect(try bench.read(0x0D) == [3])
        #expect(bench.chip.violations == [])
        try bench.write(0x01, 0x88)
        #expect(try bench.read(0x00, count: 2) == [0, 0])
        try bench.write(0x00, 7)
        #expect(bench.chip.violations.count == 3)
    }

    @Test func `bursts step through registers, and stay at the FIFO`() throws {
        let bench = ChipBench()
        try bench.enterLoRa()
        try bench.write(0x20, 0x01, 0x02)
        #expect(try bench.read(0x20, count: 2) == [0x01, 0x02])
    }

    @Test func `read-only registers cannot be written`() throws {
        let bench = ChipBench()
        try bench.enterLoRa()
        for address: UInt8 in [0x10, 0x13, 0x18, 0x19, 0x1A, 0x42] {
            let before = try bench.read(address)
            let count = bench.chip.violations.count
            try bench.write(address, 0x77)
            #expect(try bench.read(address) == before)
            #expect(bench.chip.violations.count == count + 1, "register \(address)")
        }
    }

    @Test func `the modem is configured in sleep and standby only`() throws {
        let bench = ChipBench()
        try bench.enterLoRa()
        try bench.setUpReception()
        try bench.write(0x01, 0x8E)
        #expect(bench.chip.violations == [])
        try bench.write(0x1E, 0x80)
        #expect(bench.chip.violations.count == 1)
        #expect(try bench.read(0x1E) == [0x70])
    }

    @Test func `a reset wants 100 us low and 5 ms of rest, and clears everything`() throws {
        let bench = ChipBench()
        try bench.enterLoRa()
        let pin = bench.chip.resetPin
        try pin.set(.low)
        bench.pass(.microseconds(50))
        try pin.set(.floating)
        #expect(bench.chip.resets == 0 && bench.chip.violations.count == 1)
        try pin.set(.low)
        bench.pass(.microseconds(100))
        try pin.set(.floating)
        #expect(bench.chip.resets == 1)
        bench.pass(.milliseconds(4))
        #expect(try bench.read(0x42) == [0])
        #expect(bench.chip.violations.count == 2)
        bench.pass(.milliseconds(1))
        #expect(try bench.read(0x42) == [0x12])
        #expect(try bench.read(0x01) == [0x09])
        #expect(bench.chip.violations.count == 2)
    }

    @Test func `flags are cleared by writing ones, and no mode change clears them`() throws {
        let bench = ChipBench()
        try bench.enterLoRa()
        try bench.loadFrame([1, 2, 3])
        try bench.write(0x01, 0x8B)
        bench.pass(.seconds(1))
        #expect(try bench.read(0x12) == [0x08])
        try bench.write(0x01, 0x88)
        try bench.write(0x01, 0x89)
        try bench.write(0x12, 0xF7)
        #expect(try bench.read(0x12) == [0x08])
        try bench.write(0x12, 0x08)
        #expect(try bench.read(0x12) == [0x00])
    }

    @Test func `a DIO0 that is already high gives no second edge`() throws {
        let bench = ChipBench()
        try bench.enterLoRa()
        try bench.write(0x40, 0x40)
        try bench.loadFrame([1, 2, 3])
        var edges: [Bool] = []
        for _ in 0..<2 {
            try bench.write(0x01, 0x8B)
            bench.pass(.seconds(1))
            while let edge = bench.chip.dio0.nextEdge() { edges.append(edge.rising) }
        }
        #expect(edges == [true])
        try bench.write(0x12, 0xFF)
        #expect(bench.chip.dio0.nextEdge()?.rising == false)
        try bench.write(0x01, 0x8B)
        bench.pass(.seconds(1))
        #expect(bench.chip.dio0.nextEdge()?.at == bench.air.transmissions.last?.end)
    }

    @Test func `DIO0 follows its mapping and the mask`() throws {
        let bench = ChipBench()
        try bench.enterLoRa()
        try bench.loadFrame([1])
        try bench.write(0x01, 0x8B)
        bench.pass(.seconds(1))
        #expect(!bench.chip.dio0.isHigh, "mapped to RxDone")
        try bench.write(0x40, 0x40)
        #expect(bench.chip.dio0.isHigh)
        try bench.write(0x12, 0xFF)
        try bench.write(0x11, 0xFF)
        try bench.write(0x01, 0x8B)
        bench.pass(.seconds(1))
        #expect(try bench.read(0x12) == [0x00], "masked")
        #expect(!bench.chip.dio0.isHigh)
    }

    @Test func `a transmission lasts its air-time and ends in standby`() throws {
        let bench = ChipBench()
        try bench.enterLoRa()
        try bench.loadFrame([UInt8](repeating: 5, count: 23))
        let started = bench.world.now
        try bench.write(0x01, 0x8B)
        bench.pass(.microseconds(61_696 + 119))
        #expect(try bench.read(0x01) == [0x8B])
        bench.pass(.microseconds(1))
        #expect(try bench.read(0x01) == [0x89])
        let sent = try #require(bench.air.uplinks.first)
        #expect(sent.start == started + .microseconds(120) && sent.airTime.microseconds == 61_696)
        #expect(bench.chip.violations == [])
    }

    @Test func `a transmission that is not LoRaWAN's is noticed`() throws {
        let changes: [(String, UInt8, UInt8)] = [
            ("length 0", 0x22, 0), ("SF6", 0x1E, 0x64), ("62.5 kHz", 0x1D, 0x62), ("implicit header", 0x1D, 0x73),
            ("detection for SF6", 0x31, 0xC5), ("threshold for SF6", 0x37, 0x0C), ("InvertIQ2", 0x3B, 0x19),
        ]
        for (name, address, value) in changes {
            let bench = ChipBench()
            try bench.enterLoRa()
            try bench.loadFrame([1, 2, 3])
            try bench.write(address, value)
            try bench.write(0x01, 0x8B)
            #expect(bench.chip.violations.count == 1, "\(name)")
        }
    }

    @Test func `20 dBm with the protection at 100 mA is noticed`() throws {
        let bench = ChipBench()
        try bench.enterLoRa()
        try bench.write(0x09, 0xCF)
        try bench.write(0x4D, 0x87)
        try bench.loadFrame([1])
        try bench.write(0x01, 0x8B)
        #expect(bench.chip.violations.count == 1)
    }

    @Test func `image calibration wants FSK standby with the amplifier off`() throws {
        let bench = ChipBench()
        try bench.write(0x3B, 0x42)
        #expect(bench.chip.violations.count == 1, "PaConfig is not 0 after a reset")
        try bench.write(0x09, 0)
        try bench.write(0x3B, 0x42)
        #expect(try bench.read(0x3B)[0] & 0x20 != 0)
        bench.pass(.milliseconds(10))
        #expect(try bench.read(0x3B)[0] & 0x20 == 0)
        #expect(bench.chip.imageCalibrations == [434_000_000])
        #expect(bench.chip.violations.count == 1)
    }

    @Test func `channel activity detection finds a preamble, and not the payload behind it`() throws {
        for (wait, heard) in [(TimeSpan.milliseconds(1), true), (.milliseconds(20), false)] {
            let bench = ChipBench()
            try bench.enterLoRa()
            try bench.setUpReception()
            bench.downlink()
            bench.pass(wait)
            try bench.write(0x01, 0x8F)
            bench.pass(.milliseconds(3))
            #expect(try bench.read(0x12) == [heard ? 0x05 : 0x04])
            #expect(try bench.read(0x01) == [0x89])
            #expect(bench.chip.violations == [])
        }
    }

    @Test func `the temperature is measured while the synthesizer runs in FSK`() throws {
        let bench = ChipBench()
        bench.chip.temperature = -12
        #expect(try bench.read(0x3C) == [0])
        try bench.write(0x01, 0x0C)
        bench.pass(.microseconds(139))
        #expect(try bench.read(0x3C) == [0])
        bench.pass(.microseconds(1))
        #expect(try bench.read(0x3C) == [12])
        #expect(bench.chip.violations == [])
    }
}
