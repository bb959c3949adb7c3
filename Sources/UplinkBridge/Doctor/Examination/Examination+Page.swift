import BridgeConfiguration
import HardwareInterfaces
import LinuxHardware

extension Examination {
    /// Whether the address of [web] can be had.
    func examinePage(_ configuration: BridgeConfiguration) {
        guard let web = configuration.web else { return }
        let place =
            "http://\(web.listen.host.contains(":") ? "[\(web.listen.host)]" : web.listen.host):\(web.listen.port)/"
        do {
            _ = try RequestListener.tcp(web.listen)
            report("page", .ok, "\(place) can be served\(web.password == nil ? "" : ", with a password")")
        } catch {
            report("page", .failed, "\(place): \(error.message)")
        }
    }
}
