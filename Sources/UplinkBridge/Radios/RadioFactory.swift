public import HardwareInterfaces
import LinuxHardware
public import LoRaWAN
public import RadioDrivers
import Timekeeping

/// Makes the radio that the configuration names.
public enum RadioFactory {
    /// Makes the simulated radio, for a device whose state is in the store and by a clock.
    public typealias Simulated = @Sendable (StateStore, any Clock) throws -> any Transceiver

    /// The radio, the MAC and the store, joined.
    ///
    /// - Parameters:
    ///   - clock: the date as far as anybody knows it.
    ///   - systemClock: for the radio.
    ///   - lateness: what was measured of the thread that will serve it.
    ///   - simulated: where the configuration may ask for it.
    ///   - report: called with what happens.
    /// - Throws: ``HardwareError`` when a device can't be opened; a module's serial port is tried again.
    static func makeLink(
        _ configuration: BridgeConfiguration, store: StateStore, clock: NetworkClock, systemClock: any Clock,
        lateness: WindowLateness = WindowLateness(), simulated: Simulated? = nil,
        report: @escaping (LinkEvent) -> Void
    ) throws -> any NetworkLink {
        let device = configuration.lorawan.deviceConfiguration(
            radio: configuration.radio, randomSeed: UInt64.random(in: .min ... .max))
        guard case .rn2483(let settings) = configuration.radio else {
            let radio: any Transceiver =
                if case .simulated = configuration.radio, let simulated {
                    try simulated(store, systemClock)
                } else {
                    try make(configuration.radio, region: device.region, clock: systemClock, lateness: lateness)
                }
            return try LoRaWANLink(configuration: device, radio: radio, store: store, clock: clock, report: report)
        }
        let reset = try settings.reset.map { pin throws(HardwareError) in try GPIOOutput(pin, initially: .floating) }
        return try ModuleLink(
            configuration: device, store: store, clock: clock, reset: reset, random: SystemRandomNumberGenerator(),
            report: report
        ) { () throws(HardwareError) in
            try SerialPort(path: settings.device, settings: .init(baudRate: RN2483.baudRate))
        }
    }

    /// - Parameter lateness: what was measured of the thread that will serve it.
    /// - Throws: ``HardwareError`` when a device can't be opened.
    public static func make(
        _ configuration: RadioConfiguration, region: Region, clock: any Clock,
        lateness: WindowLateness = WindowLateness()
    ) throws -> any Transceiver {
        switch configuration {
        case .sx127x(let settings): return try chip(settings, lateness: lateness)
        case .udpGateway(let settings):
            let socket = try UDPSocket(host: settings.host, port: settings.port)
            return UDPGatewayRadio(
                socket: socket, clock: clock, random: SystemRandomNumberGenerator(),
                configuration: .init(gatewayEUI: settings.gatewayEUI, carriers: region.frequencies))
        case .rn2483:
            throw RadioError("an RN2483 has a MAC of its own: it is no transceiver for ours")
        case .simulated:
            throw RadioError("the simulated radio lives in the simulated world of the command line")
        }
    }

    /// An SX127x on the devices and pins that the configuration names.
    static func chip(
        _ settings: SX127xConfiguration, lateness: WindowLateness = WindowLateness()
    ) throws(HardwareError) -> SX127x {
        func address(_ line: Int) -> GPIOAddress { GPIOAddress(chip: settings.gpioChip, line: UInt32(line)) }
        let select = try settings.selectLine.map { line throws(HardwareError) in
            try GPIOOutput(address(line), initially: .high)
        }
        let bus = try SPIDevice(path: settings.device, speed: UInt32(settings.speed), chipSelect: select)
        let reset = try settings.resetLine.map { line throws(HardwareError) in
            try GPIOOutput(address(line), initially: .floating)
        }
        let dio0 = try settings.dio0Line.map { line throws(HardwareError) in try GPIOEdges(address(line)) }
        let dio1 = try settings.dio1Line.map { line throws(HardwareError) in try GPIOEdges(address(line)) }
        return SX127x(
            bus: bus, reset: reset, dio0: dio0, dio1: dio1,
            configuration: SX127x.Configuration(output: settings.usesPABoost ? .boost : .rfo, lateness: lateness),
            pause: { Pause.sleep($0) })
    }
}

extension LoRaWANConfiguration {
    /// What the MAC needs to know.
    /// - Parameter radio: tells which powers can be put out.
    public func deviceConfiguration(radio: RadioConfiguration, randomSeed: UInt64) -> DeviceConfiguration {
        var device = DeviceConfiguration(
            region: region, devEUI: devEUI, activation: activation, randomSeed: randomSeed)
        device.deviceClass = deviceClass
        device.dataRate = dataRate
        device.certificationMode = certificationMode
        device.channelMask = subBand.map { Region.bank($0 - 1) }
        device.adr = adaptiveDataRate
        device.antennaGain = antennaGainTenths * 10
        device.networkPurse = dailyAirTime
        let range: ClosedRange<Int> =
            if case .sx127x(let settings) = radio, !settings.usesPABoost {
                SX127x.PowerOutput.rfo.range
            } else {
                SX127x.PowerOutput.boost.range
            }
        device.conductedPower = range.lowerBound...max(range.lowerBound, min(range.upperBound, maximumPower))
        return device
    }
}
