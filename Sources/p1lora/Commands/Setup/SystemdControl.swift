import BridgeSetup
import Glibc
import LinuxHardware
import Timekeeping
import UplinkBridge

/// The package's service, by systemctl.
struct SystemdControl: ServiceControl {
    private static let unit = "p1lora.service"

    /// The configuration is the one that the unit names.
    let isInstalledPath: Bool

    var isManaged: Bool {
        isInstalledPath && access("/run/systemd/system", F_OK) == 0
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

    func orderLinkCheck(socket: String) {
        _ = try? LocalRequest.get("/link-check", socket: socket, patience: .seconds(5))
    }

    func status(socket: String) -> BridgeStatus? {
        guard let json = try? LocalRequest.get("/status", socket: socket, patience: .seconds(5)) else { return nil }
        return try? BridgeStatus(json: json)
    }

    private func systemctl(_ arguments: [String]) -> Int32 {
        let words = ["systemctl"] + arguments
        var pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // What it says is not for the conversation: its exit code is.
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
            posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
        }
        var environment: [UnsafeMutablePointer<CChar>?] = [nil]
        var child: pid_t = 0
        guard posix_spawn(&child, "/usr/bin/systemctl", &actions, nil, &pointers, &environment) == 0 else { return -1 }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 { guard errno == EINTR else { return -1 } }
        return status & 0x7F == 0 ? status >> 8 & 0xFF : -1
    }
}
