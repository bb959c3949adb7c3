import ArgumentParser
import BridgeConfiguration
import LinuxHardware
import UplinkBridge

/// Options of `keys new` for many devices.
struct FleetOptions: ParsableArguments {
    enum Table: String, CaseIterable, ExpressibleByArgument {
        case plain
        case thingsStack = "the-things-stack"
    }

    @Option(help: "How many devices.")
    var count: Int?

    @Option(help: "A list: plain, or the-things-stack for its import.")
    var csv: Table?

    @Flag(help: "A script of REST calls that registers them in ChirpStack, and may be run again.")
    var chirpstack = false

    @Option(
        help: ArgumentHelp(
            "Write all forms, and the [lorawan] lines of each device, to this new folder.", valueName: "dir"))
    var folder: String?

    func validate() throws {
        if let count, !(1...100_000).contains(count) {
            throw ValidationError("--count is \(count), expected 1 to 100000.")
        }
        guard [csv != nil, chirpstack, folder != nil].filter(\.self).count <= 1 else {
            throw ValidationError(
                "--csv, --chirpstack and --folder exclude each other: each run makes keys of its own.")
        }
    }

    /// Whether a list is wanted, and no page for a person.
    var isAsked: Bool { count != nil || csv != nil || chirpstack || folder != nil }

    var number: Int { count ?? 1 }

    /// - Parameters:
    ///   - devices: what is to be registered.
    ///   - output: a new file of mode 600; standard output if nil.
    func write(_ devices: [Registration], to output: String?) throws {
        if let folder {
            guard output == nil else { throw wrongUsage("--output and --folder exclude each other") }
            return try write(devices, toFolder: folder)
        }
        let text =
            chirpstack
            ? Registration.chirpStackScript(devices) : csv == .thingsStack ? thingsStack(devices) : plain(devices)
        guard let output else { return StandardOutput.write(text) }
        try create(output, text)
        StandardOutput.line("\(output) holds \(devices.count) devices with their keys.")
    }

    private func write(_ devices: [Registration], toFolder folder: String) throws {
        do {
            try Folder.make(folder)
        } catch {
            throw failure("--folder: \(error)")
        }
        try create("\(folder)/devices.csv", plain(devices))
        try create("\(folder)/the-things-stack.csv", thingsStack(devices))
        try create("\(folder)/chirpstack.sh", Registration.chirpStackScript(devices))
        for device in devices { try create("\(folder)/\(device.devEUI).toml", device.configurationLines) }
        StandardOutput.line(
            "\(folder) holds \(devices.count) devices with their keys, in three lists and a file for each.")
    }

    private func plain(_ devices: [Registration]) -> String {
        lines([Registration.plainHeader] + devices.compactMap(\.plainRow))
    }

    private func thingsStack(_ devices: [Registration]) -> String {
        lines([Registration.thingsStackHeader] + devices.compactMap(\.thingsStackRow))
    }

    private func lines(_ lines: [String]) -> String { lines.joined(separator: "\n") + "\n" }

    private func create(_ path: String, _ text: String) throws {
        do {
            try PrivateFile.create(path, text)
        } catch {
            throw failure("\(error)")
        }
    }
}
