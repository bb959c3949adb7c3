package import BridgeConfiguration
package import BridgeStore
package import HardwareInterfaces
package import LoRaWAN
package import RadioDrivers
import Timekeeping

/// Makes the radio that the configuration names.
package enum RadioFactory {
    /// Makes the simulated radio, for a device whose state is in the store and by a clock.
    package typealias Simulated = @Sendable (StateStore, any Clock) throws -> any Transceiver

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
        func link(_ radio: any Transceiver) throws -> any NetworkLink {
            try LoRaWANLink(configuration: device, radio: radio, store: store, clock: clock, report: report)
        }
        switch try configuration.radio.family() {
        case .chip(let kind):
            return try link(
                kind.open(lateness: lateness, syncWord: device.privateNetwork == nil ? .publicNetwork : .privateNetwork)
            )
        case .gateway(let gateway): return try link(gateway.open(region: device.region, clock: systemClock))
        case .simulated:
            guard let simulated else {
                throw RadioError("the simulated radio lives in the simulated world of the command line")
            }
            return try link(simulated(store, systemClock))
        case .module(let module):
            return try ModuleLink(
                module.make, configuration: device, store: store, clock: clock, reset: module.openReset(),
                random: SystemRandomNumberGenerator(), report: report
            ) { () throws(HardwareError) in try module.openLine() }
        }
    }
}

extension LoRaWANConfiguration {
    /// What the MAC needs to know.
    /// - Parameter radio: tells which powers can be put out.
    package func deviceConfiguration(radio: some RadioKind, randomSeed: UInt64) -> DeviceConfiguration {
        var device = DeviceConfiguration(
            region: region, devEUI: devEUI, activation: activation, randomSeed: randomSeed)
        device.deviceClass = deviceClass
        device.dataRate = dataRate
        device.certificationMode = certificationMode
        device.channelMask = subBand.map { Region.bank($0 - 1) }
        device.adr = adaptiveDataRate
        device.antennaGain = antennaGainTenths * 10
        device.dailyAirTime = dailyAirTime
        device.medium = radio.medium
        if let privateNetwork { device.join(privateNetwork) }
        let range = radio.conductedPower
        device.conductedPower = range.lowerBound...max(range.lowerBound, min(range.upperBound, maximumPower))
        return device
    }
}
