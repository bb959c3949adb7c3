import Foundation
import HardwareSimulators
import Testing
import Timekeeping

@testable import LinuxHardware

@Suite struct ServiceManagerTests {
    static let identifier = UUID().uuidString.prefix(8)

    @Test(arguments: [
        "@p1lora-test-\(identifier)",
        FileManager.default.temporaryDirectory.appending(path: "p1lora-notify-\(identifier)").path,
    ])
    func `the manager is told over a path and over an abstract name`(name: String) throws {
        let socket = try SimulatedServiceManager(name)
        let manager = try #require(
            ServiceManager { ["NOTIFY_SOCKET": name, "WATCHDOG_USEC": "30000000"][$0] })
        #expect(manager.watchdog == .seconds(30))
        #expect(manager.tellReady(status: "two\nlines"))
        manager.feedWatchdog()
        manager.tell(status: "all is well")
        manager.tellPatience(status: "7 rows")
        manager.tellStopping()
        socket.listen()
        #expect(
            socket.messages
                == [
                    "READY=1\nSTATUS=two lines", "WATCHDOG=1", "STATUS=all is well",
                    "EXTEND_TIMEOUT_USEC=60000000\nWATCHDOG=1\nSTATUS=7 rows", "STOPPING=1\nSTATUS=stopping",
                ])
    }

    @Test func `a manager that takes nothing holds up nobody`() throws {
        let name = "@p1lora-full-\(Self.identifier)"
        let socket = try SimulatedServiceManager(name)
        let manager = try #require(ServiceManager { $0 == "NOTIFY_SOCKET" ? name : nil })
        let before = Date()
        var refused = 0
        for _ in 0..<100_000 where !manager.feedWatchdog() { refused += 1 }
        #expect(refused > 0)
        #expect(Date().timeIntervalSince(before) < 5)
        #expect(socket.hears("WATCHDOG=1"))
    }

    @Test(arguments: [
        [:], ["NOTIFY_SOCKET": ""], ["NOTIFY_SOCKET": "vsock:2:3"],
        ["NOTIFY_SOCKET": "@" + String(repeating: "x", count: 120)],
    ])
    func `without a socket of this machine there is no manager`(environment: [String: String]) {
        #expect(ServiceManager { environment[$0] } == nil)
    }

    @Test(arguments: [
        ["WATCHDOG_USEC": "0"], ["WATCHDOG_USEC": "-1"], ["WATCHDOG_USEC": "soon"],
        ["WATCHDOG_USEC": "99999999999999999999"], ["WATCHDOG_USEC": "9223372036854775807"],
        ["WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "1"], [:],
    ])
    func `a watchdog that is none, or is meant for another process, is not fed`(environment: [String: String]) throws {
        let manager = try #require(
            ServiceManager { $0 == "NOTIFY_SOCKET" ? "@p1lora-none" : environment[$0] })
        #expect(manager.watchdog == nil)
    }

    @Test(arguments: [nil, "", "1:2", "x:y", "1", "1:2:3"])
    func `a stream that is not the journal's is not taken for it`(variable: String?) {
        #expect(!JournalStream.isStandardError(variable: variable))
    }

    @Test func `the stream that systemd names is the journal's`() {
        var status = stat()
        #expect(fstat(STDERR_FILENO, &status) == 0)
        #expect(JournalStream.isStandardError(variable: "\(status.st_dev):\(status.st_ino)"))
    }
}
