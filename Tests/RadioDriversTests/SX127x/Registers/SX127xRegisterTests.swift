import Ciphers
import HardwareSimulators
import LoRaWAN
import Testing
import Timekeeping

@testable import RadioDrivers

/// facts: reference sequences and tables of register values.
@Suite struct SX127xRegisterTests {
    private func values(_ text: String) throws -> [UInt8: UInt8] {
        var values: [UInt8: UInt8] = [:]
        for pair in text.split(separator: " ") {
            let bytes = try #require([UInt8](hex: pair.replacing("=", with: "")))
            values[bytes[0]] = bytes[1]
        }
        return values
    }

    @Test func `the registers of a transmission equal the reference sequence`() throws {
        let bench = RadioBench()
        try bench.radio.start(at: bench.world.now)
        try bench.radio.transmit(RadioBench.uplink(23, sf: 12), at: bench.world.now)
        let reference = try values(
            """
            06=d9 07=06 08=66 09=cc 4d=84 1d=72 1e=c4 26=0c 20=00 21=08 31=c3 37=0a 33=27 3b=1d 22=17 0e=00 11=f7 \
            40=40 01=8b 39=34 0c=23
            """)
        for (address, value) in reference.sorted(by: { $0.key < $1.key }) {
            #expect(bench.chip.register(address) == value, "register \(address)")
        }
        let accesses = bench.chip.accesses
        let mode = try #require(accesses.lastIndex { $0.address == 0x01 })
        #expect(accesses[mode].bytes == [0x8B])
        #expect(mode == accesses.count - 1, "everything is programmed before the mode changes")
        let fifo = try #require(accesses.last { $0.address == 0 })
        #expect(fifo.bytes == Array(0..<23))
        let pointer = try #require(accesses.lastIndex { $0.address == 0x0D })
        #expect(accesses[pointer].bytes == [0])

        let first = accesses.count
        #expect(try #require(bench.nextEvent()).transmittedAt != nil)
        let after = bench.chip.accesses.dropFirst(first).filter(\.isWrite)
        #expect(after.map(\.address) == [0x12, 0x01])
        #expect(after.map(\.bytes) == [[0x08], [0x88]])
        #expect(bench.chip.violations == [])
    }

    @Test func `the registers of a window of six symbols equal the reference sequence`() throws {
        let bench = RadioBench(configuration: .init(earlyMargin: .zero, lateMargin: .zero))
        try bench.radio.start(at: bench.world.now)
        let window = ReceiveWindow(
            opensAt: bench.world.now + .seconds(1), frequency: 868_100_000, modulation: try RadioBench.modulation(12))
        try bench.radio.receive(window, at: bench.world.now)
        let programmed = bench.chip.accesses.count
        let reference = try values(
            "1d=72 1e=c0 26=0c 1f=06 36=03 37=0a 33=67 3b=19 31=43 30=00 2f=40 11=1f 40=00 0f=00 0d=00")
        for (address, value) in reference.sorted(by: { $0.key < $1.key }) {
            #expect(bench.chip.register(address) == value, "register \(address)")
        }
        bench.world.run(until: window.opensAt)
        #expect(bench.radio.poll(at: bench.world.now) == [])
        #expect(
            bench.chip.accesses.dropFirst(programmed).map(\.bytes) == [[0x89], [0x8E]],
            "only the mode is left to be written when the window opens, after a look whether the chip is still there")
        #expect(bench.chip.violations == [])
    }

    @Test(arguments: [
        (867_100_000, "d8c666"), (867_300_000, "d8d333"), (867_500_000, "d8e000"), (867_700_000, "d8eccd"),
        (867_900_000, "d8f99a"), (868_100_000, "d90666"), (868_300_000, "d91333"), (868_500_000, "d92000"),
        (869_525_000, "d9619a"), (863_000_000, "d7c000"), (870_000_000, "d98000"),
    ])
    func `carriers are rounded to steps of 61 Hz`(frequency: Int, registers: String) {
        #expect(SX127xSettings.carrier(frequency).map(\.value).hex == registers)
    }

    @Test(arguments: [
        (SX127x.PowerOutput.boost, 14, "cc842b"), (.boost, 2, "c0842b"), (.boost, 17, "cf842b"), (.boost, 18, "cd8731"),
        (.boost, 20, "cf8731"), (.boost, 30, "cf8731"), (.boost, -3, "c0842b"), (.rfo, 14, "7e842b"),
        (.rfo, 1, "71842b"), (.rfo, 0, "04842b"), (.rfo, -4, "00842b"), (.rfo, 20, "7e842b"),
    ])
    func `power goes to the amplifier that is wired, within what it can`(
        output: SX127x.PowerOutput, power: Int, registers: String
    ) {
        #expect(SX127xSettings.power(power, output: output).map(\.value).hex == registers)
    }

    @Test(arguments: [
        (7, Modulation.Bandwidth.khz125, false), (10, .khz125, false), (11, .khz125, true), (12, .khz125, true),
        (11, .khz250, false), (12, .khz250, true), (12, .khz500, false),
    ])
    func `low-data-rate optimisation is on where a symbol lasts 16 ms`(
        factor: Int, bandwidth: Modulation.Bandwidth, on: Bool
    ) throws {
        let modulation = try RadioBench.modulation(factor, bandwidth)
        let settings = SX127xSettings.transmit(
            Transmission(payload: [1], frequency: 868_100_000, modulation: modulation, power: 14),
            lora: try #require(modulation.lora), output: .boost)
        #expect(settings.first { $0.register == .modem3 }?.value == (on ? 0x0C : 0x04))
    }

    @Test func `errata 2.1 and 2.3 are followed at every bandwidth`() throws {
        func value(_ register: SX127xRegister, _ bandwidth: Modulation.Bandwidth, _ frequency: Int) throws -> UInt8? {
            let lora = try #require(try RadioBench.modulation(8, bandwidth).lora)
            return SX127xSettings.receive(frequency: frequency, lora: lora, symbols: 10)
                .first { $0.register == register }?.value
        }
        #expect(try value(.highBandwidth1, .khz500, 868_100_000) == 0x02)
        #expect(try value(.highBandwidth2, .khz500, 868_100_000) == 0x64)
        #expect(try value(.highBandwidth2, .khz500, 434_000_000) == 0x7F)
        #expect(try value(.detectOptimize, .khz500, 868_100_000) == 0xC3)
        for bandwidth in [Modulation.Bandwidth.khz125, .khz250] {
            #expect(try value(.highBandwidth1, bandwidth, 868_100_000) == 0x03)
            #expect(try value(.detectOptimize, bandwidth, 868_100_000) == 0x43)
            #expect(try value(.offsetFrequency1, bandwidth, 868_100_000) == 0x40)
            #expect(try value(.offsetFrequency2, bandwidth, 868_100_000) == 0x00)
        }
    }

    @Test(arguments: [(UInt8(60), -24, -100), (60, -80, -114), (60, -41, -104), (100, -2, -51)])
    func `signal strength counts the noise below which a frame was heard`(raw: UInt8, snr: Int, dBm: Int) {
        #expect(SX127xSettings.signalStrength(raw: raw, snrQuarters: snr, frequency: 868_100_000) == dBm)
        #expect(SX127xSettings.signalStrength(raw: raw, snrQuarters: snr, frequency: 434_000_000) == dBm - 7)
    }

    @Test(arguments: [
        (23, 7, 61696), (23, 9, 205824), (23, 12, 1_482_752), (38, 8, 143872), (38, 10, 493568), (38, 11, 1_069_056),
        (64, 12, 2_793_472), (41, 7, 87296),
    ])
    func `air-time equals the published values`(bytes: Int, factor: Int, microseconds: Int64) throws {
        let modulation = try RadioBench.modulation(factor)
        #expect(AirTime.of(bytes: bytes, modulation: modulation, hasCRC: true).microseconds == microseconds)
    }

    @Test(arguments: [7, 9, 12])
    func `a window is early, late and six symbols long, and never opens late`(factor: Int) throws {
        let modulation = try RadioBench.modulation(factor)
        let symbol = AirTime.symbol(of: modulation)
        let window = ReceiveWindow(
            opensAt: .init(nanoseconds: 5_000_000_000), frequency: 868_100_000, modulation: modulation)
        let plan = WindowPlan(window, early: .milliseconds(30), late: .milliseconds(20))
        #expect(plan.opensAt == window.opensAt - .milliseconds(30))
        let length = symbol * Int64(plan.symbols)
        #expect(length >= .milliseconds(50) + symbol * 6 && length < .milliseconds(50) + symbol * 7)
        for (early, late) in [(TimeSpan.seconds(10), TimeSpan.seconds(10)), (.zero, .seconds(9)), (.seconds(9), .zero)]
        {
            let wide = WindowPlan(window, early: early, late: late)
            #expect((6...1023).contains(wide.symbols))
            #expect(wide.opensAt <= window.opensAt)
            #expect(wide.opensAt + symbol * Int64(wide.symbols) >= window.opensAt + symbol * 6)
        }
    }
}
