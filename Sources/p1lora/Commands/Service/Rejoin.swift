import ArgumentParser
import BridgeConfiguration
import UplinkBridge

struct Rejoin: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Leave the session and join anew.",
        discussion: """
            For a device that was deleted and registered again, or moved to another server. The running service does it; \
            readings, nonces and air-time stay, and what was sent since the network was last heard is sent again. A bridge \
            finds a lost session by itself within two days; this is quicker.

            Asks for the service's own user or root.
            """)

    @OptionGroup var configuration: ConfigurationOption

    func run() throws {
        let configuration = try configuration.loadAsOwner()
        guard configuration.status.isOn else {
            throw failure("[status] socket is off in this configuration: the service can't be told")
        }
        StandardOutput.line(try StatusClient(configuration).order(RejoinMailbox.page))
    }
}
