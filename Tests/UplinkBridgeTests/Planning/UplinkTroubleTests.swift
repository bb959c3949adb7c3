import HardwareInterfaces
import HardwareSimulators
import LoRaWAN
import SmartMeter
import TestSupport
import Testing
import Timekeeping
import UplinkPayload

@testable import BridgeConfiguration
@testable import BridgePlanning
@testable import UplinkBridge

/// What the loop that sends does when the radio, the network or the room in a frame fails it.
@Suite struct UplinkTroubleTests {
    let silence = Alarm(.silence, meter: 0, isActive: true, time: nil, value: 5)
    let gone = HardwareError(.failed(errno: 5), device: "/dev/spidev0.0", message: "gone")

    /// LinkADRReq for DR0, where a frame holds 51 bytes, and other commands.
    func slow(_ bench: UplinkBench, and commands: [UInt8] = []) {
        bench.link.server.enqueue(
            commands: [0x03, 0x01, 0x07, 0x00, 0x01] + commands,
            for: bench.link.configuration.lorawan.devEUI.rawValue)
    }

    @Test func `an alarm whose transmission the radio refuses goes out when the radio is well again`() throws {
        let bench = try UplinkBench()
        bench.post()
        bench.run(for: .minutes(1))
        bench.commons.alarms.put(silence)
        bench.chip.spoil { $0.busError = gone }
        bench.run(for: .minutes(1))
        bench.chip.spoil { $0.busError = nil }
        bench.run(for: .minutes(30))
        #expect(try bench.received(.alarm).count == 1)
    }

    @Test func `an alarm outlasts a radio that is broken for hours`() throws {
        let bench = try UplinkBench()
        bench.post()
        bench.run(for: .minutes(1))
        bench.chip.spoil { $0.stuckTransmissions = 1_000 }
        bench.commons.alarms.put(silence)
        bench.run(for: .hours(3))
        bench.chip.spoil { $0.stuckTransmissions = 0 }
        bench.run(for: .minutes(45))
        #expect(try bench.received(.alarm).count == 1)
    }

    @Test func `an alarm is repeated after its pause, though the reports wait for their ration`() throws {
        let bench = try UplinkBench(
            TestConfiguration.minimal.replacing("[[report]]", with: "[[report]]\nevery = \"10s\""))
        bench.post()
        bench.run(for: .hours(3))
        bench.link.air.lossProbability = 1
        let told = bench.world.now
        bench.commons.alarms.put(silence)
        while !bench.events.contains(where: {
            if case .handedOver(let due, _) = $0 { due.kind == .alarm } else { false }
        }) { bench.run(for: .seconds(1)) }
        bench.run(for: .seconds(30))
        bench.link.air.lossProbability = 0
        bench.run(for: .minutes(2))
        #expect(try bench.received(.alarm).count == 1, "\(bench.world.now - told)")
    }

    @Test func `alarms that nobody acknowledges do not spend the day's air-time in an hour`() throws {
        let bench = try UplinkBench()
        bench.post()
        bench.run(for: .minutes(1))
        slow(bench)
        bench.run(for: .minutes(30))
        bench.link.server.isMute = true
        for minute in 0..<360 {
            bench.commons.alarms.put(
                Alarm(
                    minute % 2 == 0 ? .overVoltage : .breaker, meter: 0, isActive: minute % 4 < 2, time: nil, value: 5))
            bench.run(for: .minutes(1))
        }
        let alarms = bench.link.air.uplinks.filter { $0.start > bench.world.now - .hours(6) }
        let airTime = alarms.reduce(TimeSpan.zero) { $0 + $1.airTime }
        #expect(airTime < .seconds(16), "\(airTime)")
        #expect(alarms.count > 3)
    }

    @Test func `an answer to a MAC command that has to be repeated does not hold the reports up`() throws {
        let bench = try UplinkBench(
            TestConfiguration.minimal.replacing("[lorawan]", with: "[lorawan]\ndaily_airtime = \"off\""))
        bench.post()
        bench.run(for: .minutes(1))
        // RXTimingSetupReq: its answer goes with each uplink until a downlink comes.
        slow(bench, and: [0x08, 0x01])
        bench.run(for: .hours(1))
        bench.link.server.isMute = true
        let before = bench.link.server.uplinks.count
        bench.run(for: .hours(2))
        let uplinks = bench.link.server.uplinks.dropFirst(before)
        #expect(uplinks.last?.dataRate == 0)
        #expect(uplinks.count { $0.port == ReportKind.readings.port } == 8)
        #expect(uplinks.count { $0.port == nil || $0.port == 0 } == 0)
    }

    @Test func `a report that fills the frame goes out beside repeated answers once a downlink has ended them`() throws
    {
        let fields = (0..<12).map {
            "{ obis = \"1-0:1.8.0\", name = \"f\($0)\", resolution = 1, min = 0, max = 8589934589 }"
        }
        let bench = try UplinkBench(
            TestConfiguration.minimal.replacing("\"1-0:1.8.0\"", with: fields.joined(separator: ", "))
                .replacing("[lorawan]", with: "[lorawan]\ndaily_airtime = \"off\""))
        bench.post()
        bench.run(for: .minutes(1))
        slow(bench, and: [0x08, 0x01])
        bench.run(for: .hours(2))
        let uplinks = bench.link.server.uplinks.filter { $0.dataRate == 0 }
        let reports = uplinks.filter { $0.port == ReportKind.readings.port }
        #expect(
            reports.count >= 3 && reports.allSatisfy { $0.payload.count == 51 },
            "\(uplinks.map { [Int($0.port ?? 0), $0.payload.count] })")
        #expect(uplinks.count { $0.port == nil || $0.port == 0 } <= 2)
        #expect(!bench.events.contains { if case .refused = $0 { true } else { false } })
    }

    @Test func `an uplink that fills the frame goes out though the date is wanted, and the next one asks for it`()
        throws
    {
        let bench = try LinkBench()
        let clock = NetworkClock(UnsetClock(bench.world.clock))
        let link = try bench.makeLink(seed: 1, clock: clock)
        bench.run(link, for: .minutes(10)) { link.isReady }
        try link.send(Uplink(port: 1, payload: [UInt8](repeating: 1, count: link.maximumPayload)))
        bench.run(link, for: .minutes(10)) { link.isReady }
        #expect(!clock.isUTCTrusted)
        try link.send(Uplink(port: 1, payload: [1]))
        bench.run(link, for: .minutes(10)) { link.isReady }
        #expect(clock.isUTCTrusted)
    }

    @Test func `from a frame's start until its windows are over the radio's thread waits for no disk`() throws {
        let bench = try UplinkBench()
        bench.post()
        func count(_ isWanted: (LinkEvent) -> Bool) -> Int { bench.link.events.count(where: isWanted) }
        while count({ if case .transmitting(let frame) = $0 { frame.bytes != 23 } else { false } }) == 0 {
            bench.loop.poll()
            bench.world.wait(for: [], until: bench.loop.nextDeadline)
        }
        let blocker = try DatabaseBlocker(path: bench.link.path)
        bench.run(for: .seconds(20))
        #expect(count { if case .uplinkDone(.sent) = $0 { true } else { false } } == 1)
        #expect(count { if case .storeFailed = $0 { true } else { false } } == 0)
        blocker.release()
    }

    // MARK: The queue

    let now = MonotonicInstant(nanoseconds: 1_000_000_000)
    let utc = UTCInstant(secondsSince1970: 1_781_827_200)

    func makeQueue() -> UplinkQueue { UplinkQueue(schedule: ReportSchedule(reports: [], devEUI: 1, at: now)) }

    func next(_ queue: inout UplinkQueue, at now: MonotonicInstant) -> DueUplink? {
        queue.next(at: now, utc: utc) { _ in true }
    }

    @Test func `an alarm's end is never sent before its beginning`() throws {
        let over = Alarm(.silence, meter: 0, isActive: false, time: nil, value: 9)
        // The end comes while the beginning waits for its next attempt, or is on the air.
        for isOnAir in [false, true] {
            var queue = makeQueue()
            queue.add(silence, at: now)
            let beginning = try #require(next(&queue, at: now))
            queue.remove(beginning)
            if isOnAir { queue.add(over, at: now) }
            queue.retry(beginning, attempts: 3, at: now)
            if !isOnAir { queue.add(over, at: now) }
            var sent: [DueUplink] = []
            var later = now
            while let due = queue.nextDue() {
                later = max(later, due)
                let uplink = try #require(next(&queue, at: later))
                sent.append(uplink)
                queue.remove(uplink)
            }
            #expect(sent.map(\.content) == [.alarm(silence), .alarm(over)])
        }
    }

    @Test func `an answer that never goes out does not hold everything else up for ever`() throws {
        var queue = makeQueue()
        queue.answer([[1, 2, 3]])
        var attempts = 0
        while let due = next(&queue, at: now), attempts < 100 {
            let made = queue.attempts(of: due) + 1
            queue.remove(due)
            queue.retry(due, attempts: made, at: now)
            attempts += 1
        }
        #expect(attempts == UplinkQueue.mostAttempts)
    }

    @Test func `all alarms of sixteen meters wait`() throws {
        var queue = makeQueue()
        let kinds: [Alarm.Kind] = [.silence, .underVoltage, .breaker]
        for meter in 0..<16 {
            for kind in kinds {
                queue.add(Alarm(kind, meter: meter, isActive: true, time: nil, value: nil), at: now)
            }
        }
        var count = 0
        while let due = next(&queue, at: now) {
            queue.remove(due)
            count += 1
        }
        #expect(count == 48)
    }
}
