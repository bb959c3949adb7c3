import Foundation
import GRDB
import HardwareSimulators
import LoRaWAN
import MeterValues
import Synchronization
import TestSupport
import Testing
import Timekeeping
import UplinkPayload

@testable import BridgeConfiguration
@testable import BridgePlanning
@testable import BridgeStore
@testable import UplinkBridge

/// What a restart must not forget beside counters and quarter-hours, and what a disk that fails must not hold up.
@Suite struct RestartTests {
    let code = OBISCode(1, 0, 1, 8, 0)

    @Test func `an alarm that nobody has acknowledged and an answer that was not sent outlast a power cut`() throws {
        let link = try LinkBench()
        let alarm = Alarm(.outage, meter: 0, isActive: false, time: link.world.clock.utc, value: nil)
        do {
            let bench = try UplinkBench(on: link)
            bench.post()
            bench.run(for: .minutes(2))
            try bench.downlink([.sendStatus], sequence: 3)
            // The answer to the alarm's frame brings the downlink; then the radio dies, and with it the bridge.
            link.server.isMute = true
            bench.commons.alarms.put(alarm)
            bench.run(for: .minutes(1))
        }
        link.server.isMute = false
        func alarms() -> [[UInt8]] {
            link.server.uplinks.filter { $0.port == ReportKind.alarm.port }.map(\.payload)
        }
        let before = alarms().count
        do {
            let again = try UplinkBench(on: link, seed: 2)
            again.run(for: .minutes(5))
            #expect(alarms().count == before + 1)
            #expect(alarms().last == alarm.encode())
            #expect(try again.received(.reply).count == 1)
        }
        let third = try UplinkBench(on: link, seed: 3)
        third.run(for: .hours(1))
        #expect(alarms().count == before + 1, "acknowledged: not sent again")
    }

    @Test func `an alarm is on the disk as soon as it is raised, and gone from it when it is acknowledged`() throws {
        let link = try LinkBench()
        let alarm = Alarm(.outage, meter: 0, isActive: false, time: link.world.clock.utc, value: nil)
        let bench = try UplinkBench(on: link)
        bench.post()
        bench.run(for: .minutes(2))
        func stored() throws -> [Alarm] { try bench.commons.store.waiting()?.alarms.map(\.alarm) ?? [] }
        bench.commons.alarms.put(alarm)
        // The thread that sends has not come round: it may be between a frame and its windows.
        #expect(try stored() == [alarm])
        // What it stores meanwhile leaves the alarm there.
        try bench.commons.store.save(WaitingUplinks(), beside: bench.commons.alarms)
        #expect(try stored() == [alarm])
        bench.run(for: .minutes(1))
        #expect(link.server.uplinks.filter { $0.port == ReportKind.alarm.port }.map(\.payload) == [alarm.encode()])
        #expect(try stored().isEmpty)
    }

    @Test func `what is stored at the end is whole, and what is stored beside it waits for the disk`() throws {
        let link = try LinkBench()
        let store = try link.openStore()
        func synchronous() throws -> Int? { try store.read { try Int.fetchOne($0, sql: "PRAGMA synchronous") } }
        var device = StoredDevice(state: nil, nextDevNonce: 7)
        try store.save(device, isLast: true)
        #expect(try synchronous() == 2 && store.device().nextDevNonce == 7)
        struct Refused: Error {}
        #expect(throws: StoreError.self) {
            try store.write(isLast: true) {
                try $0.execute(sql: "UPDATE device SET next_dev_nonce = 99")
                throw Refused()
            }
        }
        #expect(try synchronous() == 2 && store.device().nextDevNonce == 7)
        device.nextDevNonce = 8
        try store.save(device)
        #expect(try store.device().nextDevNonce == 8)
    }

    @Test func `what waits is read back as it was, and garbage in its place is told`() throws {
        let link = try LinkBench()
        var waiting = WaitingUplinks()
        waiting.answers = [[1, 2], [3]]
        waiting.rejoin = true
        for kind in Alarm.Kind.allCases {
            waiting.alarms.append(
                .init(
                    alarm: Alarm(kind, meter: 3, isActive: true, phases: [.l1, .l3], time: nil, value: 7, limit: 9),
                    attempts: 2))
        }
        waiting.requests = [
            .init(report: 0, meter: 1, from: QuarterHour(number: 9), to: QuarterHour(number: 4))
        ]
        do {
            let recorder = WaitingUplinksWriter(try link.openStore(), alarms: AlarmMailbox()) { Issue.record("\($0)") }
            recorder.keep(waiting, at: link.world.now)
        }
        let store = try link.openStore()
        #expect(WaitingUplinksWriter(store, alarms: AlarmMailbox()) { Issue.record("\($0)") }.found == waiting)
        try DatabaseBlocker(path: link.path, locking: false).execute("UPDATE waiting SET record = x'5b'")
        var told = 0
        #expect(WaitingUplinksWriter(store, alarms: AlarmMailbox()) { _ in told += 1 }.found == WaitingUplinks())
        #expect(told == 1)
    }

    @Test func `quarter-hours that the disk does not take are given out, and stored when it does`() throws {
        let link = try LinkBench()
        let disk = FaultyDisk()
        let store = try StateStore(path: link.path, devEUI: link.configuration.lorawan.devEUI, faults: disk.faults)
        func entries(_ numbers: Range<Int64>) -> [MeterMemory.Entry] {
            numbers.map {
                .init(code: code, interval: IntervalEntry(boundary: QuarterHour(number: $0), value: $0, series: 0))
            }
        }
        func given() throws -> [Int64] {
            try store.intervals(ofMeter: "main", code: code, in: QuarterHour(number: 0)...QuarterHour(number: 9_999))
                .map(\.value)
        }
        try store.save(MeterMemory(), entries(0..<3), ofMeter: "main")
        disk.isReadOnly()
        for number in 3..<6 as Range<Int64> {
            #expect(throws: StoreError.self) {
                try store.save(MeterMemory(), entries(number..<number + 1), ofMeter: "main")
            }
        }
        #expect(try given() == [0, 1, 2, 3, 4, 5])
        disk.isGone()
        #expect(try given() == [3, 4, 5])
        disk.works()
        try store.save(MeterMemory(), entries(6..<7), ofMeter: "main")
        #expect(try given() == [0, 1, 2, 3, 4, 5, 6])
        #expect(try store.newestBoundary(ofMeter: "main") == QuarterHour(number: 6))
        // No more than its bound is held.
        disk.isGone()
        let lost = Mutex(0)
        store.onIncident { incident in
            if case .quarterHoursLost(_, let count) = incident { lost.withLock { $0 += count } }
        }
        try? store.save(MeterMemory(), entries(7..<7 + Int64(UnstoredIntervals.most) + 5), ofMeter: "main")
        #expect(lost.withLock { $0 } == 5)
        #expect(try given().count == UnstoredIntervals.most)
    }

    @Test func `a boundary that a wrong clock has dated years ahead is not the newest after a restart`() throws {
        let link = try LinkBench()
        let now = QuarterHour(atOrBefore: link.world.clock.utc)
        do {
            let store = try link.openStore()
            for number in [now.number - 1, now.number, now.number + 10_000] {
                let interval = IntervalEntry(boundary: QuarterHour(number: number), value: 1, series: 0)
                try store.save(MeterMemory(), [.init(code: code, interval: interval)], ofMeter: "main")
            }
        }
        let bench = try UplinkBench(on: link)
        #expect(bench.commons.latestReadings.storedBoundary(meter: 0) == now)
    }

    @Test func `settings that can't be read are told in the log`() throws {
        let link = try LinkBench()
        let store = try link.openStore()
        try store.save(settings: [1, 2, 3])
        let told = Mutex<[String]>([])
        _ = try BridgeCommons(link.configuration, store: store, clock: link.world.clock) { text in
            told.withLock { $0.append(text) }
        }
        #expect(told.withLock { $0 }.first?.contains("settings that downlinks had made are damaged") == true)
    }
}
