import ArgumentParser
import Collector
import CollectorStore
import LinuxHardware
import ServerEvents

struct Page: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write the profiles as a page: charts, tables, and how the bridges do.",
        discussion: """
            One file that asks nobody: open it from the disk, or let a web server show it, with a password of its own, for a \
            load profile tells who is at home. Times are those of the reader's clock.
            """)

    @OptionGroup var configuration: ConfigurationOption

    @Option(name: .shortAndLong, help: "The file to write; standard output if left out.", completion: .file())
    var output: String?

    @Option(help: "The DevEUI of one device; all of them if left out.")
    var device: String?

    @Option(help: "Days up to today.")
    var days: Int64 = 400

    func validate() throws {
        if let device, DeviceIdentifier(hex: device) == nil {
            throw ValidationError("--device \"\(device)\" is no DevEUI of 16 hexadecimal digits.")
        }
        guard (1...10_000).contains(days) else { throw ValidationError("--days must be from 1 to 10000.") }
    }

    func run() throws {
        let configuration = try configuration.load()
        let store = try self.configuration.store(configuration)
        do {
            let status = try CollectorStatus(
                store, fleets: configuration.fleets, time: LocalTime(configuration.timeZone), at: LinuxClock().utc)
            let html = try ProfilePage(store, status: status).html(
                of: device.flatMap { DeviceIdentifier(hex: $0) }, days: days)
            if let output { try OutputFile.write(Array(html.utf8), to: output) } else { StandardOutput.write(html) }
        } catch {
            throw failure("\(error)")
        }
    }
}
