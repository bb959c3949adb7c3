import ArgumentParser
import UplinkBridge

/// What `doctor` does without another word; its help is that of `doctor` (``CommandWord``).
struct DoctorCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Look at everything that the bridge needs.",
        usage: """
            p1lora doctor [--config <config>] [--transmit] [--join] [--format <format>]
            p1lora doctor rx-timing ...
            """,
        discussion: """
            One line for each: ok, or what to do. Exit code 1 when something failed. A service that is running is not \
            disturbed: what it holds is not tested, and the line says so. Nothing is sent without --transmit or --join, and \
            then within the law's account in the state file.

            With --format json: {"ok", "checks": [{"subject", "verdict", "message"}]}; the verdict is ok, warning, failed \
            or not tested.

            p1lora doctor rx-timing measures how late this board opens receive windows; see its own --help.
            """)

    @OptionGroup var configuration: ConfigurationOption

    @Flag(help: "Send a test frame, which no server takes.")
    var transmit = false

    @Flag(help: "Join the network, unless there is a session: takes up to 3 minutes.")
    var join = false

    @Option(help: "text or json.")
    var format: OutputFormat = .text

    func run() throws {
        var options = Examination.Options()
        options.transmits = transmit
        options.joins = join
        let report = DoctorReport(format: format)
        do {
            let devices = try ExaminedDevices.ofThisMachine()
            Examination(
                configurationPath: configuration.path, options: options, devices: devices, waits: report.wait,
                report: report.take
            ).run()
        } catch {
            throw failure("\(error)")
        }
        report.finish()
        guard report.isWell else { throw ExitCode.failure }
    }
}
