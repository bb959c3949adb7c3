import BridgeConfiguration
import LinuxHardware
import Timekeeping

extension Examination {
    /// When the network was last heard, as the service that runs tells it.
    func examineContact(_ configuration: BridgeConfiguration) {
        var reason = "[status] socket is off"
        for path in configuration.status.candidates(statePath: configuration.statePath) {
            do {
                let status = try BridgeStatus(
                    json: try LocalRequest.get("/status", socket: path, patience: .seconds(5)))
                guard status.devEui == "\(configuration.lorawan.devEUI)" else {
                    reason = "\(path) is of another service"
                    continue
                }
                return judge(status.link)
            } catch {
                reason = "\(error)"
            }
        }
        report("contact", .notTested, "the service can't be asked when it last heard the network: \(reason)")
    }

    private func judge(_ link: LinkStatus?) {
        guard let link, link.isJoined else {
            return report("contact", .warning, "the service has not joined yet: see p1lora status")
        }
        if let silence = link.silence { return report("contact", .failed, silence) }
        let uplinks = "\(link.uplinksSinceHeard) uplinks since"
        guard let ago = link.heardAgoSeconds else {
            return report("contact", .ok, "there is a session; nothing was heard of the network yet, \(uplinks)")
        }
        let span = TimeSpan.seconds(Int64(max(0, min(ago, 1e9))))
        report("contact", .ok, "last heard \(span) ago, \(uplinks)")
    }
}
