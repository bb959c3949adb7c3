import BridgeSimulation
import Ciphers
import Foundation
import HardwareInterfaces
import HardwareSimulators
import LinuxHardware
import LoRaWAN
import MeterValues
import TestTags
import Testing
import Timekeeping
import UplinkPayload

@testable import BridgeConfiguration
@testable import BridgeStore
@testable import p1lora

/// `p1lora run` as a process, killed with SIGKILL at random moments and started again, against a network server of our own
/// and a meter on a pseudo-terminal. P1LORA_KILLS says how often; a few times by default.
@Suite(.tags(.process, .campaign), .waits, .slow, .serialized) struct KillCampaignTests {
    static let kills = ProcessInfo.processInfo.environment["P1LORA_KILLS"].flatMap { Int($0) } ?? 5
    static let code = OBISCode(1, 0, 1, 8, 0)

    @Test func `killed at any moment, it reuses no counter, breaks no limit, and loses no quarter-hour it has sent`()
        throws
    {
        let campaign = try KillCampaign()
        try campaign.begin()
        var random = SeededRandom(seed: UInt64(Self.kills))
        for _ in 0..<Self.kills {
            // Most within the first second: start, first frame and its windows; some later.
            let life = Double.random(in: 0...1, using: &random) < 0.8 ? 1.0 : 3.0
            try campaign.live(for: Double.random(in: 0...life, using: &random))
        }
        try campaign.end()
        print(campaign.figures)
    }
}

/// The process, its meter and its server.
private final class KillCampaign {
    private let folder: TemporaryFolder
    private let server: LoopbackServer
    private let terminal: PseudoTerminal
    private let config: String
    private let configuration: BridgeConfiguration
    private var process: Process?
    private var log: URL { folder.url.appending(path: "log") }

    /// What the meter showed at each boundary.
    private var shown: [QuarterHour: Int64] = [:]
    private var registers = MeterRegisters()
    private var stamp = UTCInstant(secondsSince1970: 1_781_827_200)
    private var nextTelegram = Date.distantPast
    private var kills = 0
    private var killsInSession = 0
    private var killsAfterFrame = 0
    private let began = Date()

    init() throws {
        folder = try TemporaryFolder()
        server = try LoopbackServer()
        terminal = try PseudoTerminal()
        registers.energyImport = 1_000_000
        let text = """
            [[meter]]
            input = "\(terminal.path)"
            [lorawan]
            join_eui = "0000000000000001"
            dev_eui = "70B3D57ED0001234"
            app_key = "0F1E2D3C4B5A69788796A5B4C3D2E1F0"
            daily_airtime = "60s"
            data_rate = 5
            adr = false
            [radio]
            type = "udp-gateway"
            server = "127.0.0.1:\(server.port)"
            [[report]]
            kind = "intervals"
            every = "10s"
            fields = ["1-0:1.8.0"]
            [state]
            path = "\(folder.url.appending(path: "state.db").path)"
            """
        config = try folder.write(text.utf8, to: "config.toml")
        configuration = try BridgeConfiguration(text: text)
    }

    deinit { process?.terminate() }

    /// Until the session is there and quarter-hours come.
    func begin() throws {
        try start()
        let end = Date().addingTimeInterval(60)
        while server.network.uplinks.count(where: { $0.port == ReportKind.intervals.port }) < 2 {
            guard Date() < end else {
                Issue.record("nothing came within a minute: \((try? String(contentsOf: log, encoding: .utf8)) ?? "")")
                return
            }
            step()
        }
        kill()
    }

    func live(for seconds: Double) throws {
        try start()
        let end = Date().addingTimeInterval(seconds)
        while Date() < end { step() }
        kill()
    }

    private func start() throws {
        process = try CommandRunner.start(
            ["run", "--config", config], output: folder.url.appending(path: "out"), errors: log)
    }

    private func kill() {
        guard let process else { return }
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        if let text = try? String(contentsOf: log, encoding: .utf8) {
            if text.contains("session") { killsInSession += 1 }
            if text.contains("sending") { killsAfterFrame += 1 }
            #expect(!text.contains("error"), "\(text)")
        }
        kills += 1
        self.process = nil
    }

    /// Five milliseconds of the world: each telegram comes a tenth of a second after the last, and says that five minutes
    /// have passed.
    private func step() {
        server.serve()
        if Date() >= nextTelegram {
            nextTelegram = Date().addingTimeInterval(0.1)
            stamp = stamp + .minutes(5)
            registers.energyImport += Int64(37 + stamp.secondsSince1970 / 300 % 91)
            let boundary = QuarterHour(atOrBefore: stamp)
            if boundary.time == stamp { shown[boundary] = registers.energyImport }
            let telegram = LuxembourgTelegram().bytes(registers, at: stamp)
            // Nobody reads between two lives.
            if terminal.waiting + telegram.count < 4_000 { try? terminal.write(telegram, waits: false) }
        }
        Thread.sleep(forTimeInterval: 0.005)
    }

    // MARK: What must hold

    func end() throws {
        auditCounters()
        auditAirTime()
        try auditIntervals()
    }

    private func auditCounters() {
        #expect(server.network.rejected.isEmpty, "\(server.network.rejected)")
        let nonces = server.network.joins.map(\.devNonce)
        #expect(Set(nonces).count == nonces.count)
        var frames: [[UInt32]: [UInt8]] = [:]
        for uplink in server.network.uplinks {
            let before = frames.updateValue(uplink.heard.payload, forKey: [uplink.devAddr, uplink.counter])
            #expect(before == nil, "FCntUp \(uplink.counter) was used twice")
        }
    }

    private var transmissions: [AirTransmission] {
        server.network.uplinks.map { uplink in
            var frame = AirTransmission(
                payload: uplink.heard.payload, frequency: uplink.heard.frequency,
                spreadingFactor: uplink.heard.spreadingFactor, bandwidth: uplink.heard.bandwidth, invertedIQ: false,
                hasCRC: true, start: uplink.at)
            frame.start = uplink.at - frame.airTime
            return frame
        }
    }

    private func auditAirTime() {
        let audit = AirTimeAudit(transmissions, region: configuration.lorawan.region.name)
        #expect(audit.violations.isEmpty, "\(audit.violations)")
        #expect(audit.busiestDay <= .seconds(60), "\(audit.busiestDay)")
    }

    /// What was sent is stored, and what is stored is what the meter showed.
    private func auditIntervals() throws {
        let store = try StateStore(path: configuration.statePath, devEUI: configuration.lorawan.devEUI)
        let first = QuarterHour(atOrBefore: UTCInstant(secondsSince1970: 1_781_827_200))
        let stored = try store.intervals(
            ofMeter: configuration.meterNames[0], code: KillCampaignTests.code,
            in: first...QuarterHour(number: first.number + 100_000))
        for entry in stored { #expect(shown[entry.boundary] == entry.value, "\(entry.boundary)") }
        var values: [String: Int64] = [:]
        for entry in stored { values[entry.boundary.time.description] = entry.value }
        if !LinuxClock().isUTCTrusted {
            #expect(stored.count > KillCampaignTests.kills / 2, "\(stored.count) quarter-hours")
        }
        var delivered: Set<String> = []
        for uplink in server.network.uplinks {
            guard let port = uplink.port, port == ReportKind.intervals.port else { continue }
            let report = try configuration.schema.decode(port: Int(port), uplink.payload)
            guard let time = report["time"]?.text else {
                Issue.record("\(report.json)")
                continue
            }
            delivered.insert(time)
            #expect(report["import_kwh"]?.wattHours == values[time], "\(report.json)")
            for key in ["intervals", "gaps"] {
                guard case .list(let rows)? = report[key] else { continue }
                for row in rows {
                    func value(_ key: String) -> DecodedValue? { row.first { $0.key == key }?.value }
                    guard let start = value("start")?.text, let end = value("end")?.text,
                        let use = value("import_kwh")?.wattHours
                    else { continue }
                    delivered.formUnion([start, end])
                    let (first, last) = (values[start], values[end])
                    #expect(first != nil && last != nil, "\(start) to \(end) was sent and is not stored")
                    #expect(first.flatMap { first in last.map { $0 - first } } == use, "\(report.json)")
                }
            }
        }
        figuresOfIntervals = "\(stored.count) quarter-hours stored, \(delivered.count) of them delivered"
    }

    private var figuresOfIntervals = ""

    var figures: String {
        let audit = AirTimeAudit(transmissions, region: configuration.lorawan.region.name)
        let hours = audit.busiestHours.map { "\($0.airTime) at \($0.band.name)" }.joined(separator: ", ")
        let seconds = Date().timeIntervalSince(began)
        return """
            kill -9: \(kills) kills in \(Int(seconds)) s, \(killsInSession) of them in a session that \
            went on, \(killsAfterFrame) after a frame; \
            \(server.network.joins.count) joins, \(server.network.uplinks.count) uplinks, last FCntUp \
            \(server.network.uplinks.last?.counter ?? 0), \(server.network.rejected.count) refused; \
            busiest hours \(hours), busiest day \(audit.busiestDay); \(figuresOfIntervals)
            """
    }
}

extension DecodedValue {
    fileprivate var text: String? { if case .text(let text) = self { text } else { nil } }

    /// Of a number in kWh.
    fileprivate var wattHours: Int64? {
        guard case .number(let number, saturated: false) = self, number.decimals <= 3 else { return nil }
        return (number.decimals..<3).reduce(number.coefficient) { value, _ in value * 10 }
    }
}
