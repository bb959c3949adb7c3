import MeterValues
import Testing
import Timekeeping

@testable import UplinkPayload

@Suite struct SettingsTests {
    static let bounds = SettingsBounds(
        reports: [.readings, .intervals], meterCount: 2, shortestPeriod: 6, airTime: 50...300, mayLiftAirTime: false,
        mostIntervals: 1_000)
    let schema: PayloadSchema

    init() throws { schema = try UplinkPayloadTests.schema(["1-0:1.8.0"], meters: ["main", "heat pump"]) }

    /// The answers as the network server's decoder shows them, without their surroundings.
    func results(_ reply: Reply) throws -> [String] {
        try reply.encode(largestPayload: 51).flatMap { frame -> [String] in
            guard case .list(let answers)? = try schema.decode(port: 5, frame)["answers"] else { return [] }
            return answers.map(\.jsonValue.text)
        }
    }

    @Test func `commands change the settings, and each is answered`() throws {
        var settings = StatusTests.settings
        let frame = CommandFrame(
            sequence: 1,
            commands: [
                .setReport(2, isOn: true, period: 360), .setLimit(.underVoltage, meter: 1, value: 2_070),
                .setLimit(.overVoltage, meter: 0, value: nil), .setAirTime(200), .sendNow(report: 1), .sendStatus,
                .sendIntervals(report: 2, meter: 0, first: QuarterHour(number: 5), count: 96), .rejoin,
            ])
        let (reply, orders) = settings.carryOut(frame.encode(), within: Self.bounds)
        #expect(settings.reports[1] == .init(seconds: 3_600))
        #expect(settings.limits == [[.importPower: 925], [.underVoltage: 2_070]])
        #expect(settings.dailyAirTime == 200 && settings.lastSequence == 1)
        #expect(
            orders == [
                .sendNow(report: 0), .sendStatus,
                .sendIntervals(report: 1, meter: 0, first: QuarterHour(number: 5), count: 96), .rejoin,
            ])
        #expect(reply.answers.allSatisfy { $0.result == .accepted } && reply.answers.count == 8)
        #expect(
            reply.encode(largestPayload: 51) == [
                [0x10, 1, 0, 0x10, 0x18, 0x18, 0x38, 0x08, 0x28, 0x20, 0x30]
            ])
    }

    @Test func `what is beyond the law is clamped to it, and the answer says to what`() throws {
        var settings = StatusTests.settings
        let frame = CommandFrame(
            sequence: 9,
            commands: [
                .setReport(1, isOn: true, period: 1), .setAirTime(nil), .setAirTime(1),
                .setLimit(.overVoltage, meter: 0, value: 60_000), .setLimit(.silence, meter: 0, value: 0),
                .sendIntervals(report: 2, meter: 1, first: QuarterHour(number: 5), count: 60_000),
            ])
        let (reply, orders) = settings.carryOut(frame.encode(), within: Self.bounds)
        #expect(settings.reports[0].seconds == 60 && settings.dailyAirTime == 50)
        #expect(settings.limits[0][.overVoltage] == 5_000 && settings.limits[0][.silence] == 1)
        #expect(orders == [.sendIntervals(report: 1, meter: 1, first: QuarterHour(number: 5), count: 1_000)])
        #expect(
            try results(reply) == [
                #"{"position":1,"command":"set_report","result":"clamped","on":true,"report":1,"every_s":60}"#,
                #"{"position":2,"command":"set_airtime","result":"clamped","daily_s":30}"#,
                #"{"position":3,"command":"set_airtime","result":"clamped","daily_s":5}"#,
                #"{"position":4,"command":"set_limit","result":"clamped","meter":"main","limit":"over_voltage_v","#
                    + #""value":500}"#,
                #"{"position":5,"command":"set_limit","result":"clamped","meter":"main","limit":"silent_min","value":1}"#,
                #"{"position":6,"command":"send_intervals","result":"clamped","report":2,"meter":"heat pump","#
                    + #""from":"2020-01-01T01:15:00Z","count":1000}"#,
            ])
    }

    @Test func `a replayed downlink changes nothing and is told`() throws {
        var settings = StatusTests.settings
        let frame = CommandFrame(sequence: 4_000, commands: [.setAirTime(100), .rejoin]).encode()
        _ = settings.carryOut(frame, within: Self.bounds)
        settings.dailyAirTime = 250
        let kept = settings
        let (reply, orders) = settings.carryOut(frame, within: Self.bounds)
        #expect(settings == kept && orders.isEmpty)
        #expect(
            try results(reply) == [
                #"{"position":1,"command":"downlink","result":"refused","reason":"replayed"}"#
            ])
    }

    @Test(arguments: [1, 60, 35 * 3_600, 3 * 86_400, 30 * 86_400] as [Int64])
    func `commands are carried out once each, however far apart they were made`(seconds: Int64) throws {
        var settings = StatusTests.settings
        var sequences: [Int] = []
        for number in 0..<60 {
            let time = UTCInstant(secondsSince1970: 1_795_787_130 + seconds * Int64(number))
            let sequence = CommandFrame.sequence(at: time, after: sequences.suffix(63))
            sequences.append(sequence)
            let frame = CommandFrame(sequence: sequence, commands: [.sendStatus]).encode()
            #expect(settings.carryOut(frame, within: Self.bounds).orders == [.sendStatus])
            #expect(settings.carryOut(frame, within: Self.bounds).orders.isEmpty)
            settings = try BridgeSettings(
                stored: settings.stored(configured: StatusTests.settings), configured: StatusTests.settings)
        }
    }

    @Test func `who remembers nothing may send commands a minute and more apart`() {
        var settings = StatusTests.settings
        var minute: Int64 = 29_929_785
        for step in [0, 1, 2_100, 4_320, 43_200] as [Int64] {
            minute += step
            let sequence = CommandFrame.sequence(at: UTCInstant(secondsSince1970: minute * 60))
            let frame = CommandFrame(sequence: sequence, commands: [.sendStatus]).encode()
            #expect(settings.carryOut(frame, within: Self.bounds).orders == [.sendStatus])
        }
    }

    @Test func `the last 64 downlinks are known, also after a restart, and those before are not`() throws {
        var settings = StatusTests.settings
        func carryOut(_ sequence: Int) -> [BridgeOrder] {
            settings.carryOut(
                CommandFrame(sequence: sequence, commands: [.sendStatus]).encode(), within: Self.bounds
            ).orders
        }
        for sequence in 0..<65 { #expect(carryOut(sequence * 63 % 4_096) == [.sendStatus]) }
        settings = try BridgeSettings(
            stored: settings.stored(configured: StatusTests.settings), configured: StatusTests.settings)
        for sequence in 1..<65 { #expect(carryOut(sequence * 63 % 4_096).isEmpty) }
        #expect(carryOut(0) == [.sendStatus])
        #expect(settings.recentSequences.count == 64 && settings.lastSequence == 0)
    }

    @Test func `sequence numbers are minutes since 2020, and the next free one within a minute`() {
        func sequence(_ seconds: Int64, _ used: [Int] = []) -> Int {
            CommandFrame.sequence(at: UTCInstant(secondsSince1970: 1_577_836_800 + seconds), after: used)
        }
        #expect(sequence(0) == 0 && sequence(59) == 0 && sequence(60) == 1 && sequence(4_096 * 60) == 0)
        #expect(sequence(60, [1, 2, 7]) == 3 && sequence(4_095 * 60, [4_095]) == 0)
        #expect(sequence(-1) == 4_095)
    }

    /// What the first version stored, of which only the last number was known: 77, 10 s, one report, no limits.
    @Test func `settings that the first version stored are read`() throws {
        let configured = BridgeSettings(reports: [.init(seconds: 900)], limits: [], dailyAirTime: 300)
        var bytes = configured.stored(configured: configured)
        bytes.removeLast(4)
        bytes.replaceSubrange(0...0, with: [1])
        bytes.replaceSubrange(5...5, with: [0, 77])
        bytes += (0..<4).map { UInt8(truncatingIfNeeded: Self.checksum(bytes) >> UInt32(24 - 8 * $0)) }
        let settings = try BridgeSettings(stored: bytes, configured: configured)
        #expect(settings.recentSequences == [77] && settings.reports == configured.reports)
    }

    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        bytes.reduce(0x811C_9DC5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    }

    @Test func `what can't be carried out is refused with the reason, and the rest still is`() throws {
        var settings = StatusTests.settings
        let unknown: [UInt8] = [0xF2, 0xAA, 0xBB]
        let wrongLength: [UInt8] = [0x11, 0x81]
        let outOfTable: [UInt8] = [0x1B, 0x0F, 0, 1]
        let known = CommandFrame(
            sequence: 5,
            commands: [
                .setReport(3, isOn: true, period: nil), .sendNow(report: 9), .setLimit(.silence, meter: 2, value: 9),
                .sendIntervals(report: 1, meter: 0, first: QuarterHour(number: 0), count: 1), .sendStatus,
            ]
        ).encode()
        let cut: [UInt8] = [0x26, 1, 2]
        let bytes = [Array(known[..<2]), unknown, wrongLength, outOfTable, Array(known[2...]), cut].flatMap { $0 }
        let (reply, orders) = settings.carryOut(bytes, within: Self.bounds)
        #expect(orders == [.sendStatus])
        #expect(
            reply.answers.map(\.result) == [
                .refused(.unknownCommand), .refused(.badArguments), .refused(.badArguments), .refused(.noSuchReport),
                .refused(.noSuchReport), .refused(.noSuchMeter), .refused(.noIntervals), .accepted,
                .refused(.badArguments),
            ])
        #expect(try results(reply).first?.contains(#""command":"command 30","result":"refused""#) == true)
    }

    @Test func `a downlink of a newer version is refused and its number not used up`() throws {
        var settings = StatusTests.settings
        let (reply, orders) = settings.carryOut([0x20, 0x07, 1, 2, 3], within: Self.bounds)
        #expect(settings == StatusTests.settings && orders.isEmpty)
        #expect(reply == Reply(sequence: 7, answers: [.init(command: 0, result: .refused(.wrongVersion))]))
        #expect(settings.carryOut([0x10], within: Self.bounds).reply.answers.map(\.result) == [.refused(.badArguments)])
        #expect(settings.carryOut([], within: Self.bounds).reply.answers.map(\.result) == [.refused(.badArguments)])
    }

    @Test func `answers that do not fit one frame go on in the next, each with its position`() throws {
        var settings = StatusTests.settings
        let frame = CommandFrame(sequence: 3, commands: (0..<9).map { _ in .setReport(1, isOn: true, period: 1) })
        let (reply, _) = settings.carryOut(frame.encode(), within: Self.bounds)
        let frames = reply.encode(largestPayload: 11)
        #expect(frames.count == 5 && frames.allSatisfy { $0.count <= 11 })
        #expect(try frames.map { try schema.decode(port: 5, $0)["clamped"] } == [2, 2, 2, 2, 1].map { .whole($0) })
        #expect(try schema.decode(port: 5, frames[4]).json.contains(#""position":9,"#))
    }

    @Test func `a damaged reply is an error`() {
        #expect(throws: DecodeError.wrongVersion(3, of: "the reply")) { try schema.decode(port: 5, [0x30, 0, 0]) }
        #expect(throws: DecodeError.tooShort(2)) { try schema.decode(port: 5, [0x10, 0]) }
        #expect(throws: DecodeError.unknownNumber(3, in: "result")) { try schema.decode(port: 5, [0x10, 0, 0, 0x0E]) }
        #expect(throws: DecodeError.paddingNotZero) { try schema.decode(port: 5, [0x10, 0, 0, 0x09]) }
        #expect(throws: DecodeError.unknownNumber(31, in: "command")) {
            try schema.decode(port: 5, [0x10, 0, 0, 0xFA])
        }
        #expect(throws: DecodeError.unknownNumber(77, in: "reason")) {
            try schema.decode(port: 5, [0x10, 0, 0, 0x0C, 77])
        }
    }

    @Test func `stored settings come back, and a changed configuration file wins over them`() throws {
        let configured = StatusTests.settings
        var settings = configured
        let frame = CommandFrame(
            sequence: 77,
            commands: [
                .setAirTime(100), .setReport(1, isOn: false, period: 9), .setLimit(.silence, meter: 1, value: 3),
            ])
        _ = settings.carryOut(frame.encode(), within: Self.bounds)
        let stored = settings.stored(configured: configured)
        #expect(try BridgeSettings(stored: stored, configured: configured) == settings)
        var edited = configured
        edited.reports[0] = .init(seconds: 600)
        let after = try BridgeSettings(stored: stored, configured: edited)
        #expect(after.reports == edited.reports && after.dailyAirTime == 300 && after.lastSequence == 77)
        for index in stored.indices {
            var damaged = stored
            damaged[index] ^= 0x10
            #expect(throws: DamagedSettings.self) { try BridgeSettings(stored: damaged, configured: configured) }
            #expect(throws: DamagedSettings.self) {
                try BridgeSettings(stored: Array(stored[..<index]), configured: configured)
            }
        }
    }

    @Test func `a period is rounded up to ten seconds and held within its bits`() {
        #expect(BridgeSettings.Report(seconds: 1).seconds == 10)
        #expect(BridgeSettings.Report(seconds: 11).seconds == 20)
        #expect(BridgeSettings.Report(seconds: 900).seconds == 900)
        #expect(BridgeSettings.Report(seconds: .max).period == 0xFFFE)
        #expect(BridgeSettings.Report(seconds: .min).period == 1)
    }
}
