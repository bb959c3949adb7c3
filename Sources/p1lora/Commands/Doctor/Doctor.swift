import ArgumentParser

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Find out what keeps the bridge from working, and what to do.",
        subcommands: [DoctorCheck.self, RxTiming.self], defaultSubcommand: DoctorCheck.self)
}
