import Testing
import Timekeeping

@testable import UplinkPayload

@Suite struct AlarmTests {
    let schema: PayloadSchema
    let time = UTCInstant(secondsSince1970: 1_577_836_800 + 0x0102_0304)

    init() throws { schema = try UplinkPayloadTests.schema(["1-0:1.8.0"], meters: ["main", "heat pump"]) }

    @Test func `an alarm with a limit takes ten bytes, most significant bit first`() throws {
        let alarm = Alarm(
            .overVoltage, meter: 1, isActive: true, phases: [.l1, .l3], time: time, value: 2_581, limit: 2_530)
        let bytes = alarm.encode()
        #expect(bytes == [0x11, 0b0010_1101, 1, 2, 3, 4, 0x0A, 0x15, 0x09, 0xE2])
        #expect(
            try schema.decode(port: 3, bytes).json
                == #"{"report":"alarm","meter":"heat pump","alarm":"over_voltage","active":true,"#
                + #""time":"2020-07-14T16:57:40Z","phases":"l1,l3","voltage_v":258.1,"limit_v":253}"#)
    }

    @Test func `an alarm without a limit takes eight bytes, and what is not known is null`() throws {
        let alarm = Alarm(.outage, meter: 0, isActive: false, time: nil, value: nil)
        #expect(alarm.encode() == [0x10, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF])
        #expect(
            try schema.decode(port: 3, alarm.encode()).json
                == #"{"report":"alarm","meter":"main","alarm":"outage","active":false,"time":null,"lasted_min":null}"#)
    }

    @Test func `a value beyond its bits is marked as saturated, a negative one is unknown`() throws {
        let alarm = Alarm(.importPower, meter: 0, isActive: true, time: time, value: 1_000_000, limit: -1)
        let decoded = try schema.decode(port: 3, alarm.encode())
        #expect(decoded["power_kw"] == .number(FixedPoint(coefficient: 65_534, decimals: 2), saturated: true))
        #expect(decoded["limit_kw"] == .absent)
        #expect(decoded["saturated"] == .text("power_kw"))
    }

    @Test func `a time before 2020 or beyond 2156 is not wrapped`() throws {
        let early = Alarm(.breaker, meter: 0, isActive: true, time: UTCInstant(secondsSince1970: 0), value: 0)
        #expect(try schema.decode(port: 3, early.encode())["time"] == .absent)
        let late = Alarm(.breaker, meter: 0, isActive: true, time: UTCInstant(nanoseconds: .max), value: 0)
        #expect(try schema.decode(port: 3, late.encode())["time"] == .text("2156-02-07T06:28:14Z"))
    }

    @Test func `an alarm of another version, meter, kind or length says what was expected`() {
        let good = Alarm(.silence, meter: 0, isActive: true, time: time, value: 7, limit: 5).encode()
        func altered(_ index: Int, _ byte: UInt8) -> [UInt8] {
            var bytes = good
            bytes[index] = byte
            return bytes
        }
        #expect(throws: DecodeError.empty) { try schema.decode(port: 3, []) }
        #expect(throws: DecodeError.wrongVersion(2, of: "the alarm")) {
            try schema.decode(port: 3, altered(0, 0x20))
        }
        #expect(throws: DecodeError.unknownMeter(3, count: 2)) { try schema.decode(port: 3, altered(0, 0x13)) }
        #expect(throws: DecodeError.unknownNumber(15, in: "alarm")) {
            try schema.decode(port: 3, altered(1, 0xF8))
        }
        #expect(throws: DecodeError.tooShort(9)) { try schema.decode(port: 3, Array(good.dropLast())) }
        #expect(throws: DecodeError.wrongLength(11, expected: 10)) { try schema.decode(port: 3, good + [0]) }
    }

    @Test func `kinds are numbered without a gap, as the decoder's tables need it`() {
        #expect(Alarm.Kind.allCases.map { Int($0.rawValue) } == Array(Alarm.Kind.allCases.indices))
        #expect(AlarmLimit.allCases.map { Int($0.rawValue) } == Array(AlarmLimit.allCases.indices))
        #expect(Trouble.allCases.map { Int($0.rawValue) } == Array(Trouble.allCases.indices))
        #expect(Refusal.allCases.map { Int($0.rawValue) } == Array(Refusal.allCases.indices))
        #expect(StatusPage.Kind.allCases.map { Int($0.rawValue) } == Array(StatusPage.Kind.allCases.indices))
        #expect(Set(Alarm.Kind.allCases.map(\.name)).count == Alarm.Kind.allCases.count)
    }
}
