import HardwareSimulators
import LoRaWAN
import Logging
import RadioDrivers
import SmartMeter
import Synchronization
import Testing
import Timekeeping
import UplinkBridge

/// Counts the lines of a log.
private final class LineCounter: LogHandler {
    let lines = Mutex(0)
    let texts = Mutex<[String]>([])
    var logLevel: Logger.Level {
        get { .info }
        set {}
    }
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }

    subscript(metadataKey _: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) {
        lines.withLock { $0 += 1 }
        texts.withLock { $0.append("\(event.message)") }
    }
}

@Suite struct BridgeLogTests {
    @Test func `a pause is told in whole seconds, rounded up`() {
        let world = SimulatedWorld(startingAt: UTCInstant(secondsSince1970: 1_781_827_200))
        let counter = LineCounter()
        let log = BridgeLog(logger: Logger(label: "test") { _ in counter }, clock: world.clock, meters: ["main"])
        for (index, milliseconds) in [999, 1_000, 1_001, -5].enumerated() {
            log.write(
                link: .radioFailed(RadioError("\(index)"), retryAt: world.now + .milliseconds(Int64(milliseconds))))
        }
        let waits = counter.texts.withLock { $0 }.map {
            $0.split(separator: "next attempt in ").last.map { String($0) }
        }
        #expect(waits == ["1 s", "1 s", "2 s", "0 s"])
    }

    @Test func `a line that damages every telegram in another way fills no disk with log`() throws {
        let world = SimulatedWorld(startingAt: UTCInstant(secondsSince1970: 1_781_827_200))
        let counter = LineCounter()
        let log = BridgeLog(
            logger: Logger(label: "test") { _ in counter }, clock: world.clock, meters: ["main"])
        var reader = try TelegramReader()
        var problems = 0
        for number in 0..<200 {
            reader.append(Array("/XMX5LGBBFG1\r\n\r\n1-0:1.8.0(\(number).234*kWh)\r\n!1234\r\n".utf8))
            while let outcome = reader.next() {
                guard case .problem(let problem) = outcome else { continue }
                problems += 1
                log.write(meter: 0, event: .problem(problem))
            }
        }
        #expect(problems == 200)
        // A line for each kind: a checksum that fits nothing, and one that is wrong.
        #expect(counter.lines.withLock { $0 } <= 2)
    }

    @Test func `a join-accept of another frequency plan is told, and what is passed over every day is not`() throws {
        let world = SimulatedWorld(startingAt: UTCInstant(secondsSince1970: 1_781_827_200))
        let counter = LineCounter()
        let log = BridgeLog(
            logger: Logger(label: "test") { _ in counter }, clock: world.clock, meters: ["main"])
        let settings = DownlinkSettings(rx1Offset: 0, rx2DataRate: DataRate(0))
        for _ in 0..<20 { log.write(link: .discarded(.unsupportedSettings(settings))) }
        #expect(counter.lines.withLock { $0 } == 1)
        log.write(link: .discarded(.wrongIntegrityCode))
        #expect(counter.lines.withLock { $0 } == 1)
    }

    @Test func `an answer with a JoinNonce that came before is not told as no answer`() throws {
        let world = SimulatedWorld(startingAt: UTCInstant(secondsSince1970: 1_781_827_200))
        let counter = LineCounter()
        let log = BridgeLog(logger: Logger(label: "test") { _ in counter }, clock: world.clock, meters: ["main"])
        let next = world.now + .minutes(2)
        log.write(link: .joinFailed(nextAttempt: next, refused: JoinNonce(rawValue: 3)))
        log.write(link: .joinFailed(nextAttempt: next, refused: nil))
        let texts = counter.texts.withLock { $0 }
        #expect(texts.first?.hasPrefix("the server answered with JoinNonce 3") == true)
        #expect(texts.last?.hasPrefix("no answer to the join-request") == true)
    }
}
