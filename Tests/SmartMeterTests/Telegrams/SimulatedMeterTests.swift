import Ciphers
import HardwareSimulators
import MeterValues
import SmartMeter
import Testing
import Timekeeping

@Suite struct SimulatedMeterTests {
    let start = UTCInstant(secondsSince1970: 1_793_318_400)  // 2026-10-30T00:00:00Z

    private func meter(seed: UInt64, panels: Int64 = 6_000) throws -> SimulatedMeter {
        SimulatedMeter(
            LuxembourgTelegram(list: .full), household: HouseholdProfile(seed: seed, solarPeakWatts: panels),
            sealer: try FrameSealer(key: Sample.key()), registers: Sample.registers(1_000_000), startingAt: start)
    }

    @Test func `what the reader reads is what the meter has counted, telegram by telegram`() throws {
        let meter = try meter(seed: 7)
        var reader = try TelegramReader(keys: MeterKeys(encryptionKey: Sample.key()))
        for step in 1...200 {
            let time = start + SimulatedMeter.interval * Int64(step) * 40
            reader.append(meter.transmission(at: time))
            guard case .telegram(let telegram) = reader.next() else {
                Issue.record("no telegram at \(time)")
                return
            }
            #expect(telegram.time == time)
            #expect(telegram.oddLines == 0)
            #expect(
                telegram.quantity(OBISCode(1, 0, 1, 8, 0))
                    == Quantity(coefficient: meter.registers.energyImport, decimals: 3, unit: .kilowattHour))
            #expect(
                telegram.quantity(OBISCode(1, 0, 2, 8, 0))
                    == Quantity(coefficient: meter.registers.energyExport, decimals: 3, unit: .kilowattHour))
            #expect(telegram.quantity(OBISCode(1, 0, 1, 7, 0))?.coefficient == meter.registers.powerImport)
            #expect(telegram.encryption?.frameCounter == UInt32(step))
        }
        #expect(meter.samples.count == 200)
        #expect(meter.samples.last?.energyImport == meter.registers.energyImport)
    }

    @Test func `a day of a house is plausible, and the same for the same seed`() throws {
        var totals: [Int64] = []
        for (seed, panels) in [(1, 0), (1, 0), (2, 0), (1, 6_000)] as [(UInt64, Int64)] {
            let meter = try meter(seed: seed, panels: panels)
            meter.advance(to: start + .hours(24))
            totals.append(meter.registers.energyImport - 1_000_000)
            let fed = meter.registers.energyExport - 40
            #expect(panels == 0 ? fed == 0 : (5_000...45_000).contains(fed), "\(fed) Wh fed in")
        }
        #expect((5_000...25_000).contains(totals[0]), "\(totals[0]) Wh taken")
        #expect(totals[3] < totals[0], "the sun saves")
        #expect(totals[0] == totals[1])
        #expect(totals[0] != totals[2])
    }

    @Test func `however often the meter is asked, it counts the same`() throws {
        let often = try meter(seed: 3)
        let once = try meter(seed: 3)
        for second in 1...3_600 { often.advance(to: start + .seconds(Int64(second))) }
        once.advance(to: start + .hours(1))
        #expect(often.registers == once.registers)
    }

    @Test(arguments: [(3, 29, 3_590, "W"), (3, 29, 3_600, "S"), (10, 25, 3_590, "S"), (10, 25, 3_600, "W")])
    func `both nights of daylight saving are printed as they are`(
        month: Int, day: Int, second: Int64, season: String
    ) throws {
        let midnight = try #require(UTCInstant(year: 2026, month: month, day: day))
        let time = midnight + .seconds(second)
        let stream = LuxembourgTelegram().bytes(Sample.registers(), at: time)
        let telegram = try #require(try outcomes(of: stream).telegrams.first)
        #expect(telegram.time == time)
        #expect(telegram.text.contains("\(season))"))
    }

    @Test func `the sizes of telegrams are those of the field`() {
        #expect((430...760).contains(Sample.telegram(.standard).count))
        let registers = Sample.registers()
        var four = registers
        four.channels += registers.channels
        #expect((1_400...1_600).contains(LuxembourgTelegram(list: .full).bytes(four, at: Sample.time).count))
    }
}
