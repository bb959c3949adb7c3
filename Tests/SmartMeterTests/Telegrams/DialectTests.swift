import Ciphers
import HardwareSimulators
import MeterValues
import SmartMeter
import Testing
import Timekeeping

@Suite struct DialectTests {
    static let summer = Sample.time
    static let winter = UTCInstant(secondsSince1970: 1_800_000_000)

    private func zone(_ dialect: MeterDialect) -> MeterTimeZone {
        dialect == .lithuania ? .easternEuropean : .centralEuropean
    }

    /// Wh, from the total or, in dialects without one, from the tariffs.
    private func energy(_ telegram: Telegram, _ direction: UInt8) throws -> Int64 {
        let codes = telegram.quantity(OBISCode(1, 0, direction, 8, 0)) == nil ? [1, 2] : [0] as [UInt8]
        return try codes.reduce(0) { sum, tariff in
            let quantity = try #require(telegram.quantity(OBISCode(1, 0, direction, 8, tariff)))
            return sum + (try #require(quantity.coefficient(in: .wattHour, decimals: 0)))
        }
    }

    @Test(arguments: MeterDialect.allCases, [summer, winter])
    func `every dialect gives its registers to the last Wh, and its time`(dialect: MeterDialect, time: UTCInstant)
        throws
    {
        for counted in [0, 7, 25_653, 53_800_123] as [Int64] {
            let stream = dialect.bytes(Sample.registers(counted), at: time)
            let found = try outcomes(of: stream, timeZone: zone(dialect))
            let telegram = try #require(found.telegrams.first, "\(found.problems)")
            #expect(found.count == 1 && telegram.oddLines == 0)
            #expect(try energy(telegram, 1) == counted)
            #expect(try energy(telegram, 2) == 40)
            #expect(telegram.time == (dialect.hasClock ? time : nil))
            guard case .good = telegram.checksum else {
                #expect(telegram.checksum == .absent && !dialect.hasChecksum)
                continue
            }
            #expect(dialect.hasChecksum)
        }
    }

    @Test(arguments: MeterDialect.allCases, MeterHabit.allCases.filter(\.keepsEnd))
    func `every habit of the field is borne in every dialect`(dialect: MeterDialect, habit: MeterHabit) throws {
        let stream = dialect.bytes(Sample.registers(), at: Self.winter, habits: [habit])
        for pieces in Pieces.allCases {
            let found = try outcomes(of: stream + stream + stream, pieces: pieces, timeZone: zone(dialect))
            #expect(found.telegrams.count == 3 && found.problems.isEmpty, "\(found.problems)")
            let telegram = try #require(found.telegrams.last)
            #expect(try energy(telegram, 1) == 25_653)
            let clockIsOff = habit == .neverStamps
            #expect(telegram.time == (dialect.hasClock && !clockIsOff ? Self.winter : nil))
            // A message with bytes above 0x7F is a value like others.
            #expect(telegram.oddLines == (habit == .oddLines ? 1 : 0))
            if habit == .deadChannel {
                #expect(
                    telegram.quantity(OBISCode(0, 4, 24, 2, 1)) == Quantity(coefficient: 0, decimals: 0, unit: .none))
            }
        }
    }

    @Test func `a meter that never writes an end is read from its third telegram on`() throws {
        var stream: [UInt8] = []
        for energy in 1...5 as ClosedRange<Int64> {
            stream += MeterDialect.dsmr22.bytes(Sample.registers(energy), at: Self.winter, habits: [.noEndMark])
        }
        let found = try outcomes(of: stream)
        #expect(found.reasons == [.truncated, .truncated])
        #expect(try found.telegrams.map { try energy($0, 1) } == [3, 4, 5])
    }

    @Test func `a telegram that lost its end is not taken for one that has none`() throws {
        let good = MeterDialect.dsmr22.bytes(Sample.registers(), at: Self.winter)
        let lines = good.indices.filter { good[$0] == 0x0A }.map { $0 + 1 }
        let (short, long) = (Array(good.prefix(lines[8])), Array(good.prefix(lines[11])))
        #expect(try outcomes(of: short + long + short + long + short).telegrams.isEmpty)
        #expect(try outcomes(of: good + short + short + short + short).telegrams.count == 1)
        let modern = MeterDialect.dsmr50.bytes(Sample.registers(), at: Self.winter, habits: [.noEndMark])
        #expect(try outcomes(of: modern + modern + modern + modern).telegrams.isEmpty)
    }

    @Test func `both nights of daylight saving have their time in both zones`() throws {
        for (month, day) in [(3, 29), (10, 25)] {
            let change = try #require(UTCInstant(year: 2026, month: month, day: day, hour: 1))
            for minutes in stride(from: -180 as Int64, through: 180, by: 15) {
                let time = change + .minutes(minutes)
                for dialect in [MeterDialect.lithuania, .hungary, .sweden, .belgium] {
                    let stream = dialect.bytes(Sample.registers(), at: time)
                    #expect(try outcomes(of: stream, timeZone: zone(dialect)).telegrams.first?.time == time)
                }
            }
        }
    }

    @Test func `gas of every dialect that has it is under its channel, whichever that is`() throws {
        var registers = Sample.registers()
        registers.channels.insert(.init(medium: .water, identifier: "WATER001", value: 12), at: 0)
        for dialect in [MeterDialect.luxembourgFull, .dsmr42, .dsmr50, .belgium] {
            let found = try outcomes(of: dialect.bytes(registers, at: Self.winter))
            let code = OBISCode(0, 2, 24, 2, dialect == .belgium ? 3 : 1)
            let gas = try #require(found.telegrams.first?[code])
            #expect(gas.quantity?.description == "28.103 m3")
            #expect(gas.time != nil)
            let reading = try #require(found.telegrams.first).reading(receivedAt: Self.winter)
            #expect(reading.ownTimes[code] == gas.time)
            #expect(reading.ownTimes[OBISCode(1, 0, 1, 8, 0)] == nil)
        }
    }
}
