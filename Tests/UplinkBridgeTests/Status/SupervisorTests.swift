import Foundation
import HardwareSimulators
import TestSupport
import Testing
import Timekeeping

@testable import BridgeConfiguration
@testable import LinuxHardware
@testable import UplinkBridge

/// The supervisor in virtual time, with a real socket of a service manager.
private final class SupervisorBench {
    let bench: UplinkBench
    let manager: SimulatedServiceManager
    let signs = Heartbeats()
    var supervisor: BridgeSupervisor
    let folder: TemporaryFolder
    var path: String { folder.path("status.sock") }
    /// Threads that come round when they are woken.
    var living: Set<String> = ["radio", "meters"]

    final class Told {
        var lines: [String] = []
    }
    let told = Told()

    init(watchdog: TimeSpan = .seconds(120), socket: String = "status.sock") throws {
        bench = try UplinkBench.noting()
        bench.post()
        folder = try TemporaryFolder()
        let name = "@p1lora-supervisor-\(UUID().uuidString)"
        manager = try SimulatedServiceManager(name)
        for name in ["radio", "meters"] { signs.add(name, sleeper: Sleeper(), at: bench.world.now) }
        var settings = StatusConfiguration()
        settings.socket = folder.path(socket)
        let environment = ["NOTIFY_SOCKET": name, "WATCHDOG_USEC": "\(watchdog.microseconds)"]
        supervisor = BridgeSupervisor(
            StatusSource(bench.commons, clock: bench.world.clock, heartbeats: signs), mailbox: bench.commons.linkStatus,
            manager: ServiceManager { environment[$0] },
            sockets: StatusSockets(
                settings, candidates: settings.candidates(statePath: folder.path("state.db")), at: bench.world.now),
            clock: bench.world.clock
        ) { [told] event in
            switch event {
            case .failed(let what): told.lines.append(what)
            case .opened(let name): told.lines.append("open: \(name)")
            }
        }
    }

    func run(for span: TimeSpan) {
        let end = bench.world.now + span
        while bench.world.now < end {
            if living.contains("radio") { bench.loop.poll() }
            for name in living { signs.beat(name, at: bench.world.now) }
            supervisor.poll()
            let loop = living.contains("radio") ? bench.loop.nextDeadline : nil
            let next = [loop, supervisor.nextDeadline(at: bench.world.now), end].compactMap { $0 }.min()
            bench.world.wait(for: [], until: next)
        }
    }
}

@Suite struct SupervisorTests {
    @Test func `the manager hears that the service is ready when each thread has come round, and not before`() throws {
        let bench = try SupervisorBench()
        bench.living = ["radio"]
        bench.run(for: .minutes(5))
        #expect(!bench.manager.hears("READY=1"))
        #expect(bench.manager.count(of: "WATCHDOG=1") == 0)
        bench.living = ["radio", "meters"]
        bench.run(for: .seconds(20))
        #expect(bench.manager.hears("READY=1"))
    }

    @Test func `a socket that can't be had at the start is told once, and opened as soon as it can`() throws {
        let bench = try SupervisorBench(socket: "later/status.sock")
        bench.run(for: .minutes(5))
        #expect(bench.told.lines.count == 1, "\(bench.told.lines)")
        #expect(bench.told.lines.first?.contains("it is tried again") == true)
        try FileManager.default.createDirectory(atPath: bench.folder.path("later"), withIntermediateDirectories: false)
        bench.run(for: .seconds(61))
        #expect(bench.told.lines.count == 2, "\(bench.told.lines)")
        let client = try LocalClient(path: bench.folder.path("later/status.sock"))
        client.say("GET /status HTTP/1.1\r\n\r\n")
        bench.run(for: .seconds(1))
        #expect(client.heard()?.hasPrefix("HTTP/1.1 200") == true)
    }

    @Test(arguments: [TimeSpan.seconds(2), .seconds(120)])
    func `a watchdog is fed in time while all threads come round, and no more when one does not`(watchdog: TimeSpan)
        throws
    {
        let bench = try SupervisorBench(watchdog: watchdog)
        var longest = TimeSpan.zero
        var last = bench.bench.world.now
        for _ in 0..<200 {
            bench.run(for: watchdog / 20)
            if bench.manager.count(of: "WATCHDOG=1") > 0 {
                longest = max(longest, bench.bench.world.now - last)
                last = bench.bench.world.now
                bench.manager.forget()
            }
        }
        #expect(longest < watchdog / 2, "fed after \(longest)")
        bench.living = ["radio"]
        bench.run(for: watchdog)
        bench.manager.forget()
        bench.run(for: watchdog)
        #expect(bench.manager.count(of: "WATCHDOG=1") == 0)
        bench.living = ["radio", "meters"]
        bench.run(for: watchdog)
        #expect(bench.manager.count(of: "WATCHDOG=1") > 0, "a thread that comes again is believed")
    }

    @Test func `the status line says what is wrong, and is sent when it changes`() throws {
        let bench = try SupervisorBench()
        bench.run(for: .minutes(10))
        #expect(bench.manager.hears("STATUS=1 meter, 1 uplinks, DR"), "\(bench.manager.messages)")
        bench.manager.forget()
        bench.bench.commons.health.note(meter: 0, event: .silent(.minutes(5)), at: bench.bench.world.now)
        bench.run(for: .minutes(2))
        #expect(bench.manager.count(of: "STATUS=meter main: no telegrams") == 1)
    }

    @Test func `who asks is answered with what the radio's thread says, and without it when it is stuck`() throws {
        let bench = try SupervisorBench()
        bench.run(for: .minutes(10))
        for isStuck in [false, true] {
            bench.living = isStuck ? [] : ["radio", "meters"]
            let client = try LocalClient(path: bench.path)
            client.say("GET /status HTTP/1.1\r\n\r\n")
            let before = bench.bench.world.now
            bench.supervisor.poll()
            #expect(client.heard() == "", "answered before the radio's thread was asked")
            bench.run(for: .milliseconds(400))
            let answer = client.heard() ?? ""
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"))
            #expect(answer.contains("\"is_joined\":true"))
            #expect(bench.bench.world.now - before < .seconds(1))
        }
        let other = try LocalClient(path: bench.path)
        other.say("GET /etc/p1lora.toml HTTP/1.1\r\n\r\n")
        bench.supervisor.poll()
        #expect(other.heard()?.hasPrefix("HTTP/1.1 404 ") == true)
    }
}
