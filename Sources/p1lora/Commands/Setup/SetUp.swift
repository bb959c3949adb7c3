import ArgumentParser
import BridgeConfiguration
import BridgeSetup
import Ciphers
import HardwareInterfaces
import LinuxHardware

struct SetUp: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "setup",
        abstract: "From the parcel to the first uplink, in questions.",
        discussion: """
            Finds the meter by listening to the serial ports and the radio by asking the SPI bus, asks for the meter's key and \
            tries it, proposes region, network and reports, makes the device's keys, writes the configuration (mode 600, the \
            old one kept), tells what to register, starts the service and waits for the first uplink. Nothing is written before \
            the end. It may be run again: the answers of the file are proposed, and all else in it stays.

            Each question has an option that answers it. With --yes nothing is asked, and what is proposed is taken; then a \
            meter without a telegram or a radio that does not answer ends it with exit code 1, and nothing is written.
            """)

    @OptionGroup var configuration: ConfigurationOption

    @Option(
        help:
            "The meter: a serial device, a file, tcp://host:port, or \"simulated\". Several times for several meters.",
        completion: .file())
    var meter: [String] = []

    @Option(help: "Listen to this port only, instead of all. May be given several times.", completion: .file())
    var port: [String] = []

    @Option(help: "A file with the meter's encryption key, mode 600.", completion: .file())
    var keyFile: String?

    @Option(help: "A file with its authentication key, where it has one of its own.", completion: .file())
    var authKeyFile: String?

    @Option(help: "\(RadioKinds.names).")
    var radio: String?

    @Option(help: "What is plugged on, as [radio] board in the configuration.")
    var board: String?

    @Option(help: "The radio's device: /dev/spidev0.0, or the serial port of a module.", completion: .file())
    var device: String?

    @Option(help: "What is printed on the chip: sx1261, sx1262, sx1268 or llcc68.")
    var part: String?

    @Option(help: "Decibels that an amplifier behind the chip adds, 0 to 20.")
    var paGain: Int?

    @Option(help: "For udp-gateway: the network server, host:port.")
    var server: String?

    @Option(help: "EU868, US915, AU915, AS923, ...")
    var region: String?

    @Option(help: "ttn, chirpstack, helium, custom or private.")
    var network: String?

    @Option(
        help: "For a base (network private): a file, mode 600, with the line that p1lora base pair shows.",
        completion: .file())
    var pairingFile: String?

    @Option(help: "quarter-hours, live or frugal.")
    var reports: String?

    @Option(help: ArgumentHelp("The device's DevEUI, 16 hexadecimal digits.", valueName: "hex"))
    var devEui: String?

    @Option(help: ArgumentHelp("The JoinEUI (AppEUI), 16 hexadecimal digits.", valueName: "hex"))
    var joinEui: String?

    @Option(help: "A file with the AppKey, mode 600; a new one is made without it.", completion: .file())
    var appKeyFile: String?

    @Flag(name: .shortAndLong, help: "Ask nothing: take what is proposed.")
    var yes = false

    @Flag(name: .customLong("no-check"), help: "Listen to no port, and ask no radio.")
    var skipsChecks = false

    @Flag(name: .customLong("no-start"), help: "Do not start the service.")
    var leavesService = false

    @Flag(help: "Show the file, without keys, and write nothing.")
    var dryRun = false

    @Flag(help: "Keep a file that is there aside, and begin anew.")
    var replace = false

    func validate() throws {
        if meter.contains("simulated"), meter.count > 1 {
            throw ValidationError("--meter simulated stands alone.")
        }
        if let paGain, !(0...20).contains(paGain) { throw ValidationError("--pa-gain: 0 to 20 are possible.") }
    }

    func run() throws {
        let dialogue = TerminalDialogue(takesProposals: yes)
        do {
            let control = SystemdControl(isInstalledPath: configuration.path == ConfigurationOption.installedPath)
            let devices = try SetupDevices.ofThisMachine(ports: port, service: control)
            try Setup(path: configuration.path, options: options(), dialogue: dialogue, devices: devices).run()
        } catch let stop as SetupStop {
            dialogue.progress("")
            switch stop {
            case .failed(let reason): throw failure(reason)
            case .interrupted, .back:
                StandardError.line("p1lora: stopped; p1lora setup begins again with what \(configuration.path) says")
                throw ExitCode(130)
            }
        } catch let error as HardwareError {
            throw failure("\(error)")
        }
    }

    private func options() throws -> SetupOptions {
        var options = SetupOptions()
        options.meters = meter
        options.key = try key("--key-file", keyFile)
        options.authenticationKey = try key("--auth-key-file", authKeyFile)
        (options.radio, options.board, options.device, options.part) = (radio, board, device, part)
        (options.amplifierGain, options.server) = (paGain, server)
        (options.region, options.network, options.reports) = (region, network, reports)
        (options.devEUI, options.joinEUI) = (devEui, joinEui)
        options.appKey = try key("--app-key-file", appKeyFile)
        options.pairing = try pairing()
        (options.takesProposals, options.skipsChecks, options.isDryRun) = (yes, skipsChecks, dryRun)
        (options.replaces, options.startsService) = (replace, !leavesService)
        return options
    }

    private func pairing() throws -> PairingLine? {
        guard let pairingFile else { return nil }
        guard network == nil || network == "private", region == nil, devEui == nil, joinEui == nil, appKeyFile == nil
        else { throw wrongUsage("--pairing-file says region, network and identity: leave their options out") }
        do {
            return try PairingLine(try SecretFile.line(inFile: pairingFile))
        } catch {
            throw failure("--pairing-file: \(error)")
        }
    }

    private func key(_ option: String, _ path: String?) throws -> String? {
        do {
            return try path.map { path throws(PrivateFileError) in
                try SecretFile.key(inFile: path).bytes.hex.uppercased()
            }
        } catch {
            throw failure("\(option): \(error)")
        }
    }
}
