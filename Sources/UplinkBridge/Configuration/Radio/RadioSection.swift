import ConfigurationText
import LinuxHardware
public import LoRaWAN
import RadioDrivers

extension RadioConfiguration {
    private static let types = ["sx127x", "rn2483", "udp-gateway", "simulated"]

    /// - Returns: nil when a mistake was told.
    init?(_ table: ConfigurationTable) {
        switch table.string("type") ?? "sx127x" {
        case "sx127x": self = .sx127x(Self.chip(table))
        case "udp-gateway":
            guard let gateway = Self.gateway(table) else { return nil }
            self = .udpGateway(gateway)
        case "simulated": self = .simulated
        case "rn2483":
            guard let module = Self.module(table) else { return nil }
            self = .rn2483(module)
        case let other:
            // Which other keys there may be depends on it.
            table.refuse("type", ConfigurationTable.unknown(other, Self.types))
            return nil
        }
        table.finish()
    }

    private static func chip(_ table: ConfigurationTable) -> SX127xConfiguration {
        let board = table.board("board") ?? .bareModule
        return SX127xConfiguration(
            device: table.string("device") ?? board.device,
            speed: table.integer("spi_hz", in: 100_000...10_000_000) ?? 2_000_000,
            gpioChip: table.string("gpio_chip") ?? GPIOAddress.header,
            selectLine: table.line("select_line", default: board.selectLine),
            resetLine: table.line("reset_line", default: board.resetLine),
            dio0Line: table.line("dio0_line", default: board.dio0Line),
            dio1Line: table.line("dio1_line", default: nil),
            usesPABoost: table.choice("output", PowerOutput.self) ?? .paBoost == .paBoost)
    }

    private static func gateway(_ table: ConfigurationTable) -> UDPGatewayConfiguration? {
        let server = table.string("server") ?? "127.0.0.1:1700"
        let peer = NetworkPeer(server)
        if peer == nil {
            table.refuse(
                "server", "\"\(server.shortened)\" must be host:port, the port of the packet forwarder is 1700")
        }
        let text = table.string("gateway_eui") ?? "AA555A0000000001"
        let isIdentifier = text.utf8.count == 16 && text.allSatisfy { $0.isASCII && $0.isHexDigit }
        let eui = isIdentifier ? UInt64(text, radix: 16) : nil
        if eui == nil { table.refuse("gateway_eui", "\"\(text.shortened)\" must have 16 hexadecimal digits") }
        guard let peer, let eui else {
            table.finish()
            return nil
        }
        return UDPGatewayConfiguration(host: peer.host, port: peer.port, gatewayEUI: eui)
    }

    private static func module(_ table: ConfigurationTable) -> RN2483Configuration? {
        let device = table.required(
            "device",
            "is missing: the serial port that the module is on, \"/dev/serial0\" at the Raspberry Pi's header or "
                + "\"/dev/serial/by-id/...\" of a USB adapter")
        let chip = table.string("gpio_chip") ?? GPIOAddress.header
        let reset = table.line("reset_line", default: nil)
        guard let device else {
            table.finish()
            return nil
        }
        return RN2483Configuration(device: device, reset: reset.map { GPIOAddress(chip: chip, line: UInt32($0)) })
    }

    /// Whether a file names a module as its radio.
    static func isModule(inFile path: String) throws(ConfigurationError) -> Bool {
        let (bytes, _) = try ConfigurationFile.read(path)
        return ConfigurationFile.parse(bytes, into: MistakeList()).section("radio").string("type") == "rn2483"
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
    func checkSimulation(_ table: ConfigurationTable) {
        guard !RadioConfiguration.simulatedRegions.contains(region.name) else { return }
        table.refuse("region", RadioConfiguration.notSimulated(region))
    }

    /// What a module's own MAC can't do.
    /// - Parameter table: [lorawan].
    func checkModule(_ table: ConfigurationTable) {
        let regions = RN2483.regions
        if !regions.contains(region.name) {
            table.refuse(
                "region",
                "no RN2483 or RN2903 can do \(region.name), but \(regions.joined(separator: ", ")): use another radio")
        }
        if deviceClass != .a {
            table.refuse("class", "\"C\" is not supported with [radio] type = \"rn2483\": use \"A\"")
        }
        if certificationMode {
            table.refuse("certification", "is not for [radio] type = \"rn2483\": the module has its own MAC")
        }
    }
}

extension ConfigurationTable {
    fileprivate func board(_ key: String) -> RadioBoard? {
        guard let name = string(key) else { return nil }
        if let board = RadioBoard.all.first(where: { $0.name == name }) { return board }
        let known = RadioBoard.all.map { "\"\($0.name)\"" }.joined(separator: ", ")
        refuse(key, "\"\(name.shortened)\" is not known, set the lines instead; known are \(known)")
        return nil
    }
}
