/// The devices of this machine that a meter or a radio may be at.
package struct DeviceList: Sendable {
    /// A serial port.
    package struct Port: Hashable, Sendable {
        /// By the name that stays when adapters are plugged in another order: /dev/serial/by-id/..., else ``node``.
        package let path: String
        /// /dev/ttyUSB0
        package let node: String
        /// The kernel's console, or a login shell, is at it.
        package let isConsole: Bool

        package init(path: String, node: String, isConsole: Bool = false) {
            self.path = path
            self.node = node
            self.isConsole = isConsole
        }
    }

    private let root: String

    /// - Parameter root: the folder in which `dev`, `sys` and `proc` are.
    package init(root: String = "") { self.root = root }

    /// The real ports, USB adapters first.
    package func serialPorts() -> [Port] {
        let names = FolderContents.names(in: root + "/dev").filter(isPort)
        let byID = stableNames()
        let consoles = Set(
            (FolderContents.line(of: root + "/sys/class/tty/console/active") ?? "").split(separator: " "))
        let ports = names.map { name in
            let node = root + "/dev/" + name
            return Port(
                path: FolderContents.target(of: node).flatMap { byID[$0] } ?? node, node: node,
                isConsole: consoles.contains(Substring(name)))
        }
        return ports.filter { $0.node.contains("USB") || $0.node.contains("ACM") }
            + ports.filter { !$0.node.contains("USB") && !$0.node.contains("ACM") }
    }

    /// /dev/spidev0.0 and the like.
    package func spiDevices() -> [String] {
        FolderContents.names(in: root + "/dev").filter { $0.hasPrefix("spidev") }.map { root + "/dev/" + $0 }
    }

    /// The programs that have a device open, as far as this user may see: "p1lora (process 812)".
    package func holders(of path: String) -> [String] {
        guard let device = FolderContents.target(of: path) else { return [] }
        return FolderContents.names(in: root + "/proc").compactMap { Int32($0) }.sorted().compactMap { process in
            let folder = "\(root)/proc/\(process)/fd"
            let isHeld = FolderContents.names(in: folder).contains {
                FolderContents.target(of: "\(folder)/\($0)") == device
            }
            guard isHeld else { return nil }
            return "\(FolderContents.line(of: "\(root)/proc/\(process)/comm") ?? "?") (process \(process))"
        }
    }

    private func isPort(_ name: String) -> Bool {
        if ["ttyUSB", "ttyACM", "ttyAMA"].contains(where: name.hasPrefix) { return true }
        // A PC has the names of 32 ports; those without hardware are of type 0 (serial_core, PORT_UNKNOWN).
        guard name.hasPrefix("ttyS"), let type = FolderContents.line(of: "\(root)/sys/class/tty/\(name)/type") else {
            return false
        }
        return type != "0"
    }

    /// Names of USB adapters by where they lead to.
    private func stableNames() -> [String: String] {
        let folder = root + "/dev/serial/by-id"
        var names: [String: String] = [:]
        for name in FolderContents.names(in: folder) {
            if let target = FolderContents.target(of: "\(folder)/\(name)") { names[target] = "\(folder)/\(name)" }
        }
        return names
    }
}
