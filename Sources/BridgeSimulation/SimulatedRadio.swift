package import BridgeConfiguration
package import BridgeStore
package import HardwareInterfaces
import HardwareSimulators
import LinuxHardware
import LoRaWAN
package import Logging
import RadioDrivers
import Timekeeping
import UplinkPayload

/// The radio of `run` with `type = "simulated"`: the driver on a simulated SX1276, with air, gateway and network server
/// around it, in step with the system's clock. Meters, pulses and all else of the service are the real ones.
///
/// What the server's decoder makes of the uplinks is in the log.
package final class SimulatedRadio: CarrierSource {
    private let network: SimulatedNetwork
    private let radio: SX127x

    /// - Parameter store: a session in it is known to the server, which has no memory of its own.
    package init(
        _ configuration: BridgeConfiguration, store: StateStore, clock: any Clock, logger: Logger
    ) throws {
        let world = SimulatedWorld(startingAt: clock.utc, monotonic: clock.monotonic)
        let network = try SimulatedNetwork(
            configuration: configuration, world: world, seed: UInt64(bitPattern: clock.utc.nanoseconds))
        if let state = try store.device().state, let session = try DeviceState(decoding: state).session {
            try network.resume(session, devEUI: configuration.lorawan.devEUI)
        }
        network.server.onUplink = { uplink in
            guard let port = uplink.port, port > 0 else { return }
            do {
                let report = try configuration.schema.decode(port: Int(port), uplink.payload)
                logger.info("the network server decodes: \(report.json)")
            } catch {
                logger.error("the network server can't decode: \(error)")
            }
        }
        radio = network.makeRadio { span in
            Pause.sleep(span)
            world.run(until: clock.monotonic)
        }
        self.network = network
    }

    private func keepUp(with now: MonotonicInstant) { network.world.run(until: now) }

    func start(at now: MonotonicInstant) throws(RadioError) {
        keepUp(with: now)
        try radio.start(at: now)
    }

    func transmit(_ transmission: Transmission, at now: MonotonicInstant) throws(RadioError) {
        keepUp(with: now)
        try radio.transmit(transmission, at: now)
    }

    func receive(_ window: ReceiveWindow, at now: MonotonicInstant) throws(RadioError) {
        keepUp(with: now)
        try radio.receive(window, at: now)
    }

    func listen(_ reception: ContinuousReception, at now: MonotonicInstant) throws(RadioError) {
        keepUp(with: now)
        try radio.listen(reception, at: now)
    }

    func radiate(_ carrier: Carrier, at now: MonotonicInstant) throws(RadioError) {
        keepUp(with: now)
        try radio.radiate(carrier, at: now)
    }

    func sleep() throws(RadioError) { try radio.sleep() }

    var nextDeadline: MonotonicInstant? { [radio.nextDeadline, network.world.nextEvent].compactMap { $0 }.min() }
    var pollDescriptors: [Int32] { [] }

    func poll(at now: MonotonicInstant) -> [RadioEvent] {
        keepUp(with: now)
        return radio.poll(at: now)
    }
}
