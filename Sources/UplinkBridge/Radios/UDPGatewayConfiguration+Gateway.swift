import BridgeConfiguration
import HardwareInterfaces
import LinuxHardware
import LoRaWAN
import RadioDrivers

extension UDPGatewayConfiguration: ServedRadio {
    package var family: RadioFamily { .gateway(self) }

    func open(region: Region, clock: any Clock) throws -> UDPGatewayRadio {
        let socket = try UDPSocket(host: host, port: port)
        return UDPGatewayRadio(
            socket: socket, clock: clock, random: SystemRandomNumberGenerator(),
            configuration: .init(gatewayEUI: gatewayEUI, carriers: region.frequencies))
    }
}

extension SimulatedRadioKind: ServedRadio {
    package var family: RadioFamily { .simulated }
}
