import LinuxHardware
public import LoRaWAN
import RadioDrivers

extension RadioConfiguration {
    init(_ table: ConfigurationTable) throws(ConfigurationError) {
        switch try table.string("type") ?? "sx127x" {
        case "sx127x":
            let board = try table.board("board") ?? .bareModule
            self = .sx127x(
                SX127xConfiguration(
                    device: try table.string("device") ?? board.device,
                    speed: try table.integer("spi_hz", in: 100_000...10_000_000) ?? 2_000_000,
                    gpioChip: try table.string("gpio_chip") ?? GPIOAddress.header,
                    selectLine: try table.line("select_line", default: board.selectLine),
                    resetLine: try table.line("reset_line", default: board.resetLine),
                    dio0Line: try table.line("dio0_line", default: board.dio0Line),
                    dio1Line: try table.line("dio1_line", default: nil),
                    usesPABoost: try table.choice("output", PowerOutput.self) ?? .paBoost == .paBoost))
        case "udp-gateway":
            let server = try table.string("server") ?? "127.0.0.1:1700"
            guard let peer = NetworkPeer(server) else {
                throw table.error("server", "\"\(server)\" must be host:port, the port of the packet forwarder is 1700")
            }
            let text = try table.string("gateway_eui") ?? "AA555A0000000001"
            guard text.utf8.count == 16, let eui = UInt64(text, radix: 16) else {
                throw table.error("gateway_eui", "\"\(text)\" must have 16 hexadecimal digits")
            }
            self = .udpGateway(UDPGatewayConfiguration(host: peer.host, port: peer.port, gatewayEUI: eui))
        case "simulated": self = .simulated
        case "rn2483":
            guard let device = try table.string("device") else {
                throw table.missing(
                    "device",
                    "is missing: the serial port that the module is on, \"/dev/serial0\" at the Raspberry Pi's header or "
                        + "\"/dev/serial/by-id/...\" of a USB adapter")
            }
            let chip = try table.string("gpio_chip") ?? GPIOAddress.header
            let reset = try table.integer("reset_line", in: -1...511) ?? -1
            self = .rn2483(
                RN2483Configuration(
                    device: device, reset: reset < 0 ? nil : GPIOAddress(chip: chip, line: UInt32(reset))))
        case let other: throw table.error("type", "\"\(other)\" must be sx127x, rn2483, udp-gateway or simulated")
        }
        try table.finish()
    }

    /// Whether a file names a module as its radio.
    static func isModule(inFile path: String) throws(ConfigurationError) -> Bool {
        let (text, _) = try ConfigurationText.read(path)
        return try ConfigurationText.parse(text).section("radio").string("type") == "rn2483"
    }

    private enum PowerOutput: String, CaseIterable {
        case paBoost = "pa_boost"
        case rfo
    }

    /// The names of the regions that networks are simulated in.
    public static let simulatedRegions = ["EU868", "IN865", "KR920", "AS923", "US915", "AU915"]

    /// For a person whose region is none of ``simulatedRegions``.
    public static func notSimulated(_ region: Region) -> String {
        "no network is simulated in \(region.name), but in \(simulatedRegions.joined(separator: ", "))"
    }
}

extension LoRaWANConfiguration {
    /// Whether the simulation knows the region.
    /// - Parameter table: [lorawan].
    func checkSimulation(_ table: ConfigurationTable) throws(ConfigurationError) {
        guard RadioConfiguration.simulatedRegions.contains(region.name) else {
            throw table.error("region", RadioConfiguration.notSimulated(region))
        }
    }

    /// What a module's own MAC can't do.
    /// - Parameter table: [lorawan].
    func checkModule(_ table: ConfigurationTable) throws(ConfigurationError) {
        let regions = RN2483.regions
        guard regions.contains(region.name) else {
            throw table.error(
                "region",
                "no RN2483 or RN2903 can do \(region.name), but \(regions.joined(separator: ", ")): use another radio")
        }
        guard deviceClass == .a else {
            throw table.error("class", "\"C\" is not supported with [radio] type = \"rn2483\": use \"A\"")
        }
        guard !certificationMode else {
            throw table.error("certification", "is not for [radio] type = \"rn2483\": the module has its own MAC")
        }
    }
}

extension ConfigurationTable {
    fileprivate func board(_ key: String) throws(ConfigurationError) -> RadioBoard? {
        guard let name = try string(key) else { return nil }
        guard let board = RadioBoard.all.first(where: { $0.name == name }) else {
            let known = RadioBoard.all.map { "\"\($0.name)\"" }.joined(separator: ", ")
            throw error(key, "\"\(name)\" is not known, set the lines instead; known are \(known)")
        }
        return board
    }
}
