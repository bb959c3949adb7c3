import ConfigurationText
import HardwareInterfaces
import RadioDrivers

/// type = "udp-gateway": a gateway that is made believe, towards a network server.
package struct UDPGatewayConfiguration: Sendable {
    package var host: String
    package var port: UInt16
    package var gatewayEUI: UInt64
}

extension UDPGatewayConfiguration: RadioKind {
    package var medium: String { "udp-gateway \(host):\(port)" }
    package static let name = "udp-gateway"

    package init?(_ table: ConfigurationTable) {
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
        guard let peer, let eui else { return nil }
        self.init(host: peer.host, port: peer.port, gatewayEUI: eui)
    }

    package var isTimeCritical: Bool { true }
    package var conductedPower: ClosedRange<Int> { SX127x.PowerOutput.boost.range }
}
