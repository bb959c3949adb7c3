import BridgeSetup
import Foundation
import LinuxHardware
import Timekeeping
import UplinkBridge

/// The package's service, by systemctl.
struct SystemdControl: ServiceControl {
    private static let unit = "p1lora.service"

    /// The configuration is the one that the unit names.
    let isInstalledPath: Bool

    var isManaged: Bool {
        isInstalledPath && FileManager.default.fileExists(atPath: "/run/systemd/system")
            && systemctl(["cat", "--quiet", Self.unit]) == 0
    }

    var isRunning: Bool { isManaged && systemctl(["is-active", "--quiet", Self.unit]) == 0 }

    func stop() throws(SetupStop) {
        guard systemctl(["stop", Self.unit]) == 0 else {
            throw .failed("the service can't be stopped: sudo p1lora setup, or journalctl -u p1lora tells why")
        }
    }

    func start() throws(SetupStop) {
        guard systemctl(["enable", "--quiet", Self.unit]) == 0, systemctl(["restart", Self.unit]) == 0 else {
            throw .failed("the service does not start: journalctl -u p1lora tells why")
        }
    }

    func status(socket: String) -> BridgeStatus? {
        guard let json = try? LocalRequest.get("/status", socket: socket, patience: .seconds(5)) else { return nil }
        return try? BridgeStatus(json: json)
    }

    private func systemctl(_ arguments: [String]) -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/systemctl")
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return -1 }
        process.waitUntilExit()
        return process.terminationStatus
    }
}
