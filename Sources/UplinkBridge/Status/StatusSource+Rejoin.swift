import BridgeConfiguration
import Glibc
import LinuxHardware
import LoRaWAN

extension StatusSource {
    /// Leaves the session, where the service's own user or root asks for it: the socket is open to a group, which may look.
    /// - Parameter user: who asks; nil where nobody knows.
    func orderRejoin(by user: UInt32?) -> RequestServer.Answer {
        guard let user, user == 0 || user == geteuid() else {
            return .text("only the service's own user and root may order a new session: use sudo", status: 403)
        }
        guard case .overTheAir = configuration.lorawan.activation else {
            return .text("with activation = \"abp\" the session is given for life: there is no join", status: 409)
        }
        rejoinMailbox.order()
        return .text("the service leaves its session and joins anew")
    }

    /// Asks the network how well it hears the device, where the service's own user or root wants to know.
    func orderLinkCheck(by user: UInt32?, _ mailbox: LinkCheckMailbox) -> RequestServer.Answer {
        guard let user, user == 0 || user == geteuid() else {
            return .text("only the service's own user and root may ask the network: use sudo", status: 403)
        }
        mailbox.order()
        return .text("the service asks with its next frames")
    }
}
