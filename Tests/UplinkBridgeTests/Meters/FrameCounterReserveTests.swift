import LoRaWAN
import MeterValues
import SmartMeter
import TestSupport
import Testing
import Timekeeping

@testable import BridgeStore
@testable import UplinkBridge

/// Recordings after an end without notice: the counters that are on the disk are always ahead of those that were used.
@Suite struct FrameCounterReserveTests {
    let title = SystemTitle([0x53, 0x41, 0x47, 1, 2, 3, 4, 5])

    func frame(_ counter: UInt32) -> TelegramEncryption {
        TelegramEncryption(systemTitle: title, frameCounter: counter, authenticated: true)
    }

    /// - Returns: how often the disk was written, and how many frames after a kill at any frame were refused at most.
    func run(_ count: Int, every period: TimeSpan) -> (writes: Int, refused: UInt32, accepted: Int) {
        var (live, reserve) = (ReplayGuard(), FrameCounterReserve())
        var disk = ReplayGuard()
        var (writes, refused, accepted) = (0, UInt32(0), 0)
        for number in 1...UInt32(count) {
            #expect(live.admit(frame(number), key: 7) == .fresh)
            if let due = reserve.due(for: live, at: MonotonicInstant(nanoseconds: 0) + period * Int64(number)) {
                (disk, writes) = (due, writes + 1)
                reserve.note(stored: due)
            }
            // Killed here: what was recorded is played again.
            for recorded in [1, number / 2 + 1, number] {
                var found = disk
                if found.admit(frame(recorded), key: 7) == .fresh { accepted += 1 }
            }
            refused = max(refused, (disk.newestCounter ?? 0) - number)
        }
        return (writes, refused, accepted)
    }

    @Test(arguments: [TimeSpan.seconds(1), .seconds(10), .milliseconds(500), .minutes(15)])
    func `after a kill at any frame no recording is taken, and at most a minute of frames is refused`(
        period: TimeSpan
    ) {
        let day = min(20_000, Int(TimeSpan.hours(24).nanoseconds / period.nanoseconds))
        let outcome = run(day, every: period)
        #expect(outcome.accepted == 0)
        #expect(period * Int64(outcome.refused) < .minutes(1))
        let minutes = Int((period * Int64(day)).nanoseconds / TimeSpan.minutes(1).nanoseconds)
        #expect(outcome.writes <= min(day, minutes + 10), "\(outcome.writes)")
    }

    @Test func `a frame of those that were set aside is told as one that nobody is sure of`() {
        var live = ReplayGuard()
        _ = live.admit(frame(100), key: 7)
        var found = live.settingAside(5)
        #expect(found.admit(frame(100), key: 7) == .replayed(newest: 105))
        #expect(found.admit(frame(101), key: 7) == .unsure(until: 105))
        #expect(found.admit(frame(105), key: 7) == .unsure(until: 105))
        #expect(found.admit(frame(106), key: 7) == .fresh)
        #expect(found.admit(frame(105), key: 7) == .replayed(newest: 106))
        #expect(live.settingAside(.max).newestCounter == .max)
    }

    @Test func `what is set aside outlasts a kill, and not a clean end`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("state.db")
        var live = ReplayGuard()
        _ = live.admit(frame(100), key: 7)
        do {
            try StateStore(path: path, devEUI: .init(rawValue: 1)).save(.reserve(live.settingAside(6)), ofMeter: "main")
        }
        let store = try StateStore(path: path, devEUI: .init(rawValue: 1))
        #expect(try store.reservedCounters(ofMeter: "main")?.newestCounter == 106)
        #expect(try store.reservedCounters(ofMeter: "other") == nil)
        var memory = MeterMemory()
        memory.replayGuard = live
        #expect(MeterRecorder(name: "main", memory: memory, store: store).flush() == nil)
        #expect(try store.reservedCounters(ofMeter: "main") == nil)
        #expect(try store.memory(ofMeter: "main")?.replayGuard == live)
    }

    @Test func `a disk that refuses is asked again after a minute, not with each frame`() {
        var (live, reserve) = (ReplayGuard(), FrameCounterReserve())
        var asked = 0
        for number in 1...UInt32(300) {
            _ = live.admit(frame(number), key: 7)
            if reserve.due(for: live, at: MonotonicInstant(nanoseconds: 0) + .seconds(Int64(number))) != nil {
                asked += 1
                reserve.noteFailure()
            }
        }
        #expect(asked == 5)
    }
}
