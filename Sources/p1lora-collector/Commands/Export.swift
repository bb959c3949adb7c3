import ArgumentParser
import Collector
import LinuxHardware
import ServerEvents
import Timekeeping

struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write quarter-hours as CSV, JSON, InfluxDB's lines, or as grid operators do.",
        discussion: """
            A row for each register and quarter-hour, oldest first; a gap has an empty value (JSON: null). CSV has the head \
            device,meter,register,start,end,value,unit. Times have the offset of the configuration's time_zone, so a day has 92 \
            or 100 rows when the clocks change.

            influx: measurement p1lora, tags device and meter, for each register its use in the quarter-hour that begins \
            (import_kwh) and what it showed then (import_kwh_total), nanoseconds.

            leneda: what Luxembourg's data platform answers about a metering point, to hold both against each other: means of \
            power in kW, UTC, a list of one answer for each register; it takes --point, and one meter.

            green-button: an Atom feed of NAESB's ESPI, for programs that read Green Button's "Download My Data".
            """)

    @OptionGroup var configuration: ConfigurationOption

    @Option(help: "csv, json, influx, leneda or green-button.")
    var format = ProfileExport.Format.csv

    @Option(
        help: """
            From when on, in the configuration's time zone: 2026-11-27 (its midnight), 2026-11-27T13:00, or with an offset. \
            The first known quarter-hour if left out.
            """)
    var from: String?

    @Option(help: "Until when, exclusive: --from 2026-11-27 --to 2026-11-28 is one day. The last known if left out.")
    var to: String?

    @Option(help: "The DevEUI of one device.")
    var device: String?

    @Option(help: "The name of one meter, as in the bridges' configuration.")
    var meter: String?

    @Option(help: "Its metering point's code, as the grid operator has it: LU and 31 more. For --format leneda.")
    var point: String?

    func validate() throws {
        if let point, point.count != 33 || !point.hasPrefix("LU") {
            throw ValidationError("--point \"\(point)\" is no metering point of Luxembourg: LU and 31 more.")
        }
        if let device, DeviceIdentifier(hex: device) == nil {
            throw ValidationError("--device \"\(device)\" is no DevEUI of 16 hexadecimal digits.")
        }
    }

    func run() throws {
        let configuration = try configuration.load()
        let time = LocalTime(configuration.timeZone)
        let selection = ProfileExport.Selection(
            device: device.flatMap { DeviceIdentifier(hex: $0) }, meter: meter, point: point,
            from: try from.map { try instant($0, "--from", time) }, to: try to.map { try instant($0, "--to", time) })
        let store = try self.configuration.store(configuration)
        let export = ProfileExport(store, zone: configuration.timeZone, format: format, now: LinuxClock().utc)
        do {
            let result = try export.run(selection) { StandardOutput.write($0) }
            for register in result.leftOut {
                StandardError.line("p1lora-collector: \(format.rawValue) has no place for \(register)")
            }
            if result.rows == 0 {
                StandardError.line("p1lora-collector: there is no quarter-hour of what was asked for")
            }
        } catch {
            throw failure("\(error)")
        }
    }

    private func instant(_ text: String, _ option: String, _ time: LocalTime) throws -> UTCInstant {
        if let instant = time.instant(written: text) { return instant }
        StandardError.line(
            "p1lora-collector: \(option) \"\(text)\" is no time: write 2026-11-27, 2026-11-27T13:00 or "
                + "2026-11-27T13:00:00+01:00")
        throw ExitCode.validationFailure
    }
}

extension ProfileExport.Format: ExpressibleByArgument {}
