package import BridgeConfiguration
import BridgeStore
import Glibc

extension Examination {
    /// Less is soon used up by logs alone.
    private static let scarce = 50 << 20

    /// - Returns: false when a service has the file.
    @discardableResult
    package func examineState(_ configuration: BridgeConfiguration) -> Bool {
        let path = configuration.statePath
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        var isFree = true
        do {
            switch try StateFileReport(path: path) {
            case .none: examineFolder(folder)
            case .some(let found): isFree = judge(found, path, configuration)
            }
        } catch {
            report("state", .failed, "\(error)")
        }
        if let free = devices.freeSpace(folder), free < Self.scarce {
            report(
                "disk", .failed,
                "\(free >> 20) MB are left for \(folder): make room, or nothing can be stored and nothing is sent")
        }
        return isFree
    }

    private func judge(_ found: StateFileReport, _ path: String, _ configuration: BridgeConfiguration) -> Bool {
        if found.isOpenToOthers {
            report("state", .failed, "\(path) holds session keys and others can read it: chmod 600 \(path)")
        } else if geteuid() != 0, found.owner != geteuid() {
            report("state", .warning, "\(path) belongs to user \(found.owner), this is user \(geteuid())")
        }
        guard !found.isInUse else {
            report("state", .ok, "\(path) is in use: the service is running")
            examineContact(configuration)
            return false
        }
        if let damage = found.damage {
            report(
                "state", .failed,
                "\(StoreError.damaged(path: path, reason: damage)): the next start sets it aside, and begins a new one with "
                    + "what can be read of it. Is the disk worn?")
        } else if let other = found.devEUI, other != "\(configuration.lorawan.devEUI)" {
            let expected = "\(configuration.lorawan.devEUI)"
            report("state", .failed, "\(StoreError.otherDevice(path: path, found: other, expected: expected))")
        } else {
            report("state", .ok, path)
        }
        return true
    }

    private func examineFolder(_ folder: String) {
        if access(folder, F_OK) != 0 {
            report("state", .warning, "\(folder) is not there: the service makes it (StateDirectory=)")
        } else if access(folder, W_OK) != 0 {
            report("state", .failed, "\(folder) can't be written by this user: give it to that of the service")
        } else {
            report("state", .ok, "nothing is stored yet; \(folder) can be written")
        }
    }
}
