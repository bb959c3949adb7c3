import BridgeConfiguration
import Foundation
import HardwareInterfaces
import HardwareSimulators
import LinuxHardware
import LoRaWAN
import RadioDrivers
import Synchronization
import TestSupport
import TestTags
import Testing
import Timekeeping
import UplinkBridge

@testable import BaseService
@testable import BridgeStore
@testable import PrivateLink

private final class NoWaker: Waking { func wake() {} }

@Suite struct BaseStatusTests {
    static let file = """
        [mqtt]
        host = "broker"
        [[device]]
        name = "cellar"
        dev_eui = "0000000000000005"
        join_eui = "0000000000000006"
        app_key = "03030303030303030303030303030303"
        """

    static func status(_ change: (inout BaseStatus) -> Void = { _ in }) -> BaseStatus {
        var status = BaseStatus(
            version: "1", upSeconds: 7_200, region: "EU868", channelHertz: 869_525_000, dataRate: "DR5",
            isPairing: false, airTimeSeconds: 12.5, airTimeLimitSeconds: 360, missedAnswers: 2,
            refusals: ["other-network": 3], strangers: [],
            broker: .init(name: "b:1883", isConnected: true, waiting: 0, dropped: 0),
            bridges: [
                .init(
                    name: "cellar", devEui: "0000000000000005", devAddr: "00000001", heardAgoSeconds: 9, rssi: -90,
                    snr: 7.5, dataRate: "DR5", uplinks: 90, lost: 10, waiting: 0, isMissing: false)
            ])
        change(&status)
        return status
    }

    @Test func `what the radio's thread knows is told to who asks`() throws {
        let folder = try TemporaryFolder()
        let ends = try BothEnds(isBaseNew: true, store: try BaseStore(path: folder.path("base.db")))
        try ends.start()
        try ends.run(for: .minutes(10)) { ends.device.isJoined }
        try ends.run(for: .minutes(4))
        for number in 0..<4 { try ends.send([UInt8(number)], confirmed: true) }
        let board = BaseStatusBoard(
            try BaseFile(text: Self.file), waiting: { 0 },
            at: MonotonicInstant(nanoseconds: 0))
        #expect(board.status(at: ends.world.now) == nil)
        board.note(ends.link.side(at: ends.world.now), at: ends.world.now)
        try ends.run(for: .seconds(30))
        let status = try #require(board.status(at: ends.world.now))
        let bridge = try #require(status.bridges.first)
        #expect(bridge.name == "cellar" && bridge.uplinks == 4 && bridge.share == 100 && !bridge.isMissing)
        #expect((30...45).contains(bridge.heardAgoSeconds ?? 0) && bridge.rssi != nil && bridge.dataRate == "DR5")
        #expect(status.airTimeSeconds > 0.1 && status.airTimeLimitSeconds == 360)
        #expect(try BaseStatus(json: status.json()) == status)
        #expect(status.troubles.contains { $0.contains("broker") }, "it was never there")
        board.note(broker: true, trouble: nil)
        #expect(board.status(at: ends.world.now)?.isHealthy == true)
    }

    @Test func `status never says well of what is not`() {
        #expect(Self.status().isHealthy)
        let wrong: [(inout BaseStatus) -> Void] = [
            { $0.radioTrouble = "no answer" }, { $0.storeTrouble = "no room" }, { $0.broker?.isConnected = false },
            { $0.broker?.dropped = 1 }, { $0.bridges[0].isMissing = true }, { $0.refusals["wrong-key"] = 1 },
        ]
        for change in wrong { #expect(!Self.status(change).isHealthy) }
    }

    @Test func `metrics name each bridge, and end each line`() {
        let text = String(decoding: Self.status().metrics(), as: UTF8.self)
        #expect(text.contains("p1lora_base_uplinks_lost_total{bridge=\"cellar\"} 10\n"))
        #expect(text.contains("p1lora_base_refused_frames_total{reason=\"other-network\"} 3\n"))
        #expect(text.contains("p1lora_base_healthy 1\n") && text.contains("p1lora_base_air_time_seconds 12.5\n"))
    }

    @Test(.waits) func `who asks at the socket is answered, the watchdog's thread waits for nobody`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("base.sock")
        var file = try BaseFile(text: Self.file)
        file.status.socket = path
        let clock = LinuxClock()
        let board = BaseStatusBoard(
            file, waiting: { 0 }, at: clock.monotonic)
        board.note(
            .init(
                devices: [], dataRate: DataRate(5), isPairing: false, refusals: [:], strangers: [], missedAnswers: 0),
            at: clock.monotonic)
        let supervisor = BaseSupervisor(
            board, manager: nil, sockets: StatusSockets(file.status, candidates: [path], at: clock.monotonic),
            radio: NoWaker(), clock: clock
        ) { _ in }
        supervisor.poll()
        let answers = Mutex<[String: Int]>([:])
        let thread = Thread {
            for page in ["/status", "/metrics", "/nothing"] {
                let answer = try? LocalRequest.get(page, socket: path, patience: .seconds(5))
                answers.withLock { $0[page] = answer?.count ?? -1 }
            }
        }
        thread.start()
        for _ in 0..<2_000 where answers.withLock(\.count) < 3 {
            supervisor.poll()
            usleep(2_000)
        }
        let got = answers.withLock { $0 }
        #expect(got["/status", default: 0] > 100 && got["/metrics", default: 0] > 100 && got["/nothing"] == -1)
    }
}

@Suite struct BaseExaminationTests {
    private func findings(
        _ status: BaseStatus?, text: String = BaseStatusTests.file, free: Int? = nil, radio: RadioError? = nil,
        broker: String? = nil
    ) throws -> [Finding] {
        var findings: [Finding] = []
        let folder = try TemporaryFolder()
        var file = try BaseFile(text: text)
        file.statePath = folder.path("base.db")
        let world = SimulatedWorld(startingAt: UTCInstant(secondsSince1970: 1_795_000_000))
        let devices = BaseExamination.Devices(
            status: { status }, freeSpace: { _ in free },
            radio: {
                if let radio { throw radio }
                let chip = SX1276Simulator(world: world, air: Air(world: world))
                return SX127x(
                    bus: chip, reset: chip.resetPin, dio0: chip.dio0, pause: { world.run(until: world.now + $0) })
            }, broker: { _ in broker }, now: { world.now })
        BaseExamination(file, devices: devices) { findings.append($0) }.run()
        return findings
    }

    private func failed(_ findings: [Finding]) -> [String] {
        findings.filter { $0.verdict == .failed }.map { "\($0.subject): \($0.message)" }
    }

    @Test func `a base that is well has nothing that failed, running or not`() throws {
        #expect(try failed(findings(BaseStatusTests.status())) == [])
        #expect(try failed(findings(nil)) == [])
    }

    @Test func `what is wrong is told with what to do`() throws {
        let away = BaseStatusTests.status {
            $0.bridges[0].isMissing = true
            $0.bridges[0].heardAgoSeconds = nil
        }
        #expect(try failed(findings(away)).contains { $0.contains("channel_hz 869525000") })
        let keys = BaseStatusTests.status { $0.refusals["wrong-key"] = 4 }
        #expect(try failed(findings(keys)).contains { $0.contains("two bases") })
        let stranger = BaseStatusTests.status { $0.strangers = ["70B3D57ED0000001"] }
        #expect(try findings(stranger).contains { $0.verdict == .warning && $0.message.contains("70B3D57ED0000001") })
        #expect(try failed(findings(nil, free: 1 << 20)).contains { $0.contains("make room") })
        #expect(try failed(findings(nil, radio: RadioError("no chip answers"))).contains { $0.contains("no chip") })
        #expect(try failed(findings(nil, broker: "refused")).contains { $0.contains("refused") })
        #expect(try failed(findings(nil, text: "")).contains { $0.contains("p1lora base pair") })
    }
}
