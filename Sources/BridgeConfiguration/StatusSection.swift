import ConfigurationText
package import HardwareInterfaces

/// Where others on this machine ask how the bridge is.
package struct StatusConfiguration: Hashable, Sendable {
    /// A path; nil for the first of ``candidates(statePath:)`` that can be had.
    package var socket: String?
    /// Whether there is a socket at all.
    package var isOn = true
    /// Where metrics are served over TCP; nil for nowhere.
    package var metrics: NetworkPeer?

    package init() {}

    /// [status] and [metrics]; mistakes are told to the tables.
    package init(status: ConfigurationTable, metrics: ConfigurationTable) {
        if let socket = status.string("socket") {
            isOn = socket != "off"
            if isOn { self.socket = socket }
        }
        status.finish()
        if let listen = metrics.string("listen") {
            self.metrics = NetworkPeer(listen)
            if self.metrics == nil {
                metrics.refuse("listen", "\"\(listen.shortened)\" must be address:port, such as 127.0.0.1:9471")
            }
        }
        metrics.finish()
    }

    /// Where the socket is looked for: in the folder that systemd makes for the service, where that is there, else beside
    /// the state file. Its name is that of the state file, for each bridge has its own.
    package func candidates(statePath: String, runFolder: String = "/run/p1lora") -> [String] {
        if let socket { return isOn ? [socket] : [] }
        let slash = statePath.lastIndex(of: "/")
        let name = String(slash.map { statePath[statePath.index(after: $0)...] } ?? statePath[...])
        let dot = name.lastIndex(of: ".").flatMap { $0 > name.startIndex ? $0 : nil }
        let stem = String(dot.map { name[..<$0] } ?? name[...])
        let beside = (slash.map { String(statePath[...$0]) } ?? "") + stem + ".sock"
        return isOn ? ["\(runFolder)/\(stem).sock", beside] : []
    }
}
