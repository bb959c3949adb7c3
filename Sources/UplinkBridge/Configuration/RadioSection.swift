import LinuxHardware

extension RadioConfiguration {
    init(_ table: ConfigurationTable) throws(ConfigurationError) {
        switch try table.string("type") ?? "sx127x" {
        case "sx127x":
            self = .sx127x(
                SX127xConfiguration(
                    device: try table.string("device") ?? "/dev/spidev0.0",
                    speed: try table.integer("spi_hz", in: 100_000...10_000_000) ?? 2_000_000,
                    gpioChip: try table.string("gpio_chip") ?? "/dev/gpiochip0",
                    resetLine: try table.line("reset_line", default: 17),
                    dio0Line: try table.line("dio0_line", default: 4),
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
        case "rn2483": throw table.error("type", "\"rn2483\" is not supported yet: sx127x, udp-gateway or simulated")
        case let other: throw table.error("type", "\"\(other)\" must be sx127x, udp-gateway or simulated")
        }
        try table.finish()
    }

    private enum PowerOutput: String, CaseIterable {
        case paBoost = "pa_boost"
        case rfo
    }
}
