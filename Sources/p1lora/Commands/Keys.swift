import ArgumentParser
import BridgeConfiguration
import LoRaWAN
import RadioDrivers
import UplinkBridge

struct Keys: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make the device's identity and keys, and tell what to register in the network server.",
        subcommands: [New.self, Show.self])

    struct New: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "A new DevEUI, JoinEUI and AppKey.",
            discussion: """
                Prints the [lorawan] lines of the configuration, and what to register in the network server. The AppKey \
                comes from the system's random source, the DevEUI from the address of a network interface where the maker's \
                is to be had, else from the board's serial number, else from the random source.

                For many devices at once --count makes a list instead: a plain CSV, The Things Stack's import form, or a \
                script for ChirpStack, and with --folder all of them together with the [lorawan] lines of each. Their \
                DevEUIs follow --dev-eui one by one (a block that you own), else they are drawn at random.
                """)

        @Option(help: "EU868, US915, AU915, AS923, ... as in the configuration.")
        var region = "EU868"

        @Option(help: ArgumentHelp("The DevEUI to use, 16 hexadecimal digits.", valueName: "hex"))
        var devEui: String?

        @Option(
            help: ArgumentHelp(
                "The JoinEUI (AppEUI), 16 hexadecimal digits: that of the join server, if it has one.", valueName: "hex"
            ))
        var joinEui = "0000000000000000"

        @Flag(help: "The device listens at all times.")
        var classC = false

        @Option(help: "The radio is a module with a MAC of its own, older than LoRaWAN 1.0.4: \(Self.modules).")
        var module: String?
        private static let modules = RadioKinds.modules.map { $0.name }.joined(separator: ", ")

        @Flag(help: .hidden)
        var rn2483 = false

        @Option(
            name: .shortAndLong,
            help: ArgumentHelp(
                """
                Write the [lorawan] lines to this new file of mode 600, and show no key. Without it they are printed, and \
                the key with them.
                """, valueName: "file"))
        var output: String?

        @Option(help: ArgumentHelp("Write the QR code as a picture.", valueName: "file"))
        var svg: String?

        @OptionGroup(title: "Many devices") var fleet: FleetOptions

        func validate() throws {
            let names = RadioKinds.modules.map { $0.name }
            if let module, !names.contains(module) {
                throw ValidationError("--module: \(names.joined(separator: ", ")) are known.")
            }
            guard !classC || macVersion == nil else {
                throw ValidationError("A module does class A only: leave --class-c out.")
            }
            let identity = try identity()
            guard fleet.isAsked else { return }
            guard svg == nil else { throw ValidationError("--svg is for a single device.") }
            if let first = identity.devEUI, first.rawValue > UInt64.max - UInt64(fleet.number) {
                throw ValidationError("--dev-eui \(first) has no \(fleet.number) numbers behind it.")
            }
        }

        private var macVersion: ModuleMACVersion? {
            let name = rn2483 ? RN2483.typeName : module
            return RadioKinds.modules.first { $0.name == name }?.make.version
        }

        func run() throws {
            guard !fleet.isAsked else { return try runFleet() }
            var random = SystemRandomNumberGenerator()
            let device = try device(using: &random)
            let registration = Registration(device, showsSecret: output == nil, module: macVersion)
            if let output {
                do {
                    try PrivateFile.create(output, registration.configurationLines)
                } catch {
                    throw failure("\(error)")
                }
                StandardOutput.line(
                    "\(output) holds the [lorawan] lines, with the key. To see it: p1lora keys show --secret --config "
                        + "\(output)\n")
            } else {
                StandardOutput.line("For the configuration\n\(registration.configurationLines)")
            }
            try RegistrationPage(registration: registration, svg: svg).print()
        }

        /// What the options say; no DevEUI where one is to be chosen.
        private func identity() throws -> (region: Region, joinEUI: JoinEUI, devEUI: DevEUI?) {
            do {
                return (
                    try Region(named: region), try JoinEUI(hex: joinEui), try devEui.map { try DevEUI(hex: $0) }
                )
            } catch {
                throw ValidationError("\(error)")
            }
        }

        private func runFleet() throws {
            var random = SystemRandomNumberGenerator()
            let identity = try identity()
            let numbers =
                identity.devEUI.map { first in
                    (0..<UInt64(fleet.number)).map { DevEUI(rawValue: first.rawValue + $0) }
                } ?? DevEUISource.random(fleet.number, using: &random)
            let devices = try numbers.map { number in
                Registration(
                    try newDevice(number, using: &random), showsSecret: true, module: macVersion)
            }
            try fleet.write(devices, to: output)
        }

        private func device(using random: inout SystemRandomNumberGenerator) throws -> LoRaWANConfiguration {
            let identity = try identity()
            let devEUI: DevEUI
            if let known = identity.devEUI {
                devEUI = known
            } else {
                let source: DevEUISource
                (devEUI, source) = DevEUISource.choose(using: &random)
                StandardError.line("The DevEUI is \(source.words).")
            }
            return try newDevice(devEUI, using: &random)
        }

        private func newDevice(
            _ devEUI: DevEUI, using random: inout SystemRandomNumberGenerator
        ) throws -> LoRaWANConfiguration {
            let identity = try identity()
            do {
                return try .withNewKeys(
                    region: identity.region, deviceClass: classC ? .c : .a, devEUI: devEUI, joinEUI: identity.joinEUI,
                    using: &random)
            } catch {
                throw failure("\(error)")
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What to register in the network server for a configuration.",
            discussion:
                "Only its [lorawan] table and the type of its radio are read. Keys are shown with --secret alone.")

        @OptionGroup var file: ConfigurationOption

        @Flag(help: "Show the keys.")
        var secret = false

        @Option(help: ArgumentHelp("Write the QR code as a picture.", valueName: "file"))
        var svg: String?

        func run() throws {
            let registration: Registration
            do {
                registration = try Registration(contentsOfFile: file.path, showsSecret: secret)
            } catch {
                throw failure(error, in: file.path)
            }
            try RegistrationPage(registration: registration, svg: svg).print()
        }
    }
}
