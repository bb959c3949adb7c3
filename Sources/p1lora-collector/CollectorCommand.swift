import ArgumentParser
import UplinkBridge

@main
struct CollectorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "p1lora-collector",
        abstract: "Makes complete load profiles of what p1lora's bridges send.",
        discussion: """
            Exit codes: 0 all went well, 1 something failed (the reason is on standard error), 64 wrong usage; status has 2 \
            when a fleet is silent or incomplete.
            """,
        version: BridgeVersion.withCommit,
        subcommands: [Demo.self, Run.self, Import.self, Export.self, Page.self, Status.self, Forget.self, Backup.self])
}
