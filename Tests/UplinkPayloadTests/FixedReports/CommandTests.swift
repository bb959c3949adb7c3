import MeterValues
import Testing

@testable import UplinkPayload

@Suite struct CommandTests {
    static let commands: [Command] = [
        .sendNow(report: nil), .sendNow(report: 2), .setReport(1, isOn: true, period: 90),
        .setReport(2, isOn: false, period: nil), .setLimit(.overVoltage, meter: 0, value: 2_530),
        .setLimit(.silence, meter: 1, value: nil),
        .sendIntervals(report: 2, meter: 1, first: QuarterHour(number: 241_000), count: 96), .sendStatus, .rejoin,
        .setAirTime(300), .setAirTime(nil),
    ]

    let schema: PayloadSchema

    init() throws { schema = try UplinkPayloadTests.schema(["1-0:1.8.0"], meters: ["main", "heat pump"]) }

    @Test func `two settings or a range of intervals fit the 11 bytes of the smallest payload`() {
        let two = CommandFrame(
            sequence: 7, commands: [.setReport(1, isOn: true, period: 90), .setLimit(.importPower, meter: 0, value: 9)])
        #expect(two.encode() == [0x10, 0x07, 0x13, 0x81, 0, 90, 0x1B, 0x02, 0, 9])
        let range = CommandFrame(sequence: 4_095, commands: [Self.commands[6]])
        #expect(range.encode().count == 9)
    }

    @Test func `every command takes whole bytes, at most 7, and its kind is its name`() {
        for kind in CommandKind.allCases {
            #expect(kind.arguments.reduce(0) { $0 + $1.width } % 8 == 0)
            #expect(kind.byteCount <= CommandKind.longest)
        }
        #expect(Set(CommandKind.allCases.map(\.name)).count == CommandKind.allCases.count)
    }

    @Test func `a bridge reads what was written`() {
        let received = ReceivedCommands(CommandFrame(sequence: 3_000, commands: Self.commands).encode())
        #expect(received.sequence == 3_000)
        #expect(received.commands.map { try? $0.content.get() } == Self.commands)
    }

    @Test func `a downlink decodes to what encodeDownlink takes`() throws {
        let frame = CommandFrame(
            sequence: 12, commands: [Self.commands[2], Self.commands[4], Self.commands[6], .setAirTime(nil)])
        #expect(
            try schema.decodeDownlink(port: 10, frame.encode()).json
                == #"{"sequence":12,"commands":[{"command":"set_report","on":true,"report":1,"every_s":900},"#
                + #"{"command":"set_limit","meter":"main","limit":"over_voltage_v","value":253},"#
                + #"{"command":"send_intervals","report":2,"meter":"heat pump","from":"2026-11-15T10:00:00Z","#
                + #""count":96},{"command":"set_airtime","daily_s":null}]}"#)
    }

    @Test func `values beyond their bits are held at their ends, never wrapped`() {
        let wild: [Command] = [
            .setReport(500, isOn: true, period: 1 << 40), .setLimit(.underVoltage, meter: 99, value: -5),
            .sendIntervals(report: -1, meter: 0, first: QuarterHour(number: -9), count: 0), .setAirTime(.max),
        ]
        let received = ReceivedCommands(CommandFrame(sequence: 0, commands: wild).encode())
        #expect(
            received.commands.compactMap { try? $0.content.get() } == [
                .setReport(127, isOn: true, period: 0xFFFE), .setLimit(.underVoltage, meter: 15, value: 0),
                .sendIntervals(report: 1, meter: 0, first: QuarterHour(number: 0), count: 1), .setAirTime(0xFFFE),
            ])
    }

    @Test func `a downlink that a decoder can't read says what and where`() {
        func error(_ bytes: [UInt8], port: Int = 10) -> DecodeError? {
            do {
                _ = try schema.decodeDownlink(port: port, bytes)
                return nil
            } catch {
                return error
            }
        }
        #expect(error([0x10, 0], port: 1) == .unknownPort(1, known: [10]))
        #expect(error([]) == .empty)
        #expect(error([0x10]) == .tooShort(1))
        #expect(error([0x20, 1]) == .wrongVersion(2, of: "the commands"))
        #expect(error([0x10, 1, 0xF8]) == .unknownNumber(31, in: "command"))
        #expect(error([0x10, 1, 0x11, 0]) == .wrongArguments(command: "set_report", bytes: 1, expected: 3))
        #expect(error([0x10, 1, 0x13, 0]) == .tooShort(4))
        #expect(error([0x10, 1, 0x1B, 0x20, 0, 0]) == .unknownMeter(2, count: 2))
        #expect(error([0x10, 1, 0x1B, 0x09, 0, 0]) == .unknownNumber(9, in: "alarm limit"))
    }
}
