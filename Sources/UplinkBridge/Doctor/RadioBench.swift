package import BridgeConfiguration
import BridgeStore
import HardwareInterfaces
package import LoRaWAN
package import RadioDrivers
package import Timekeeping

/// Bench work with a chip, within the law: what is sent is in the account of the state file before it is sent.
package final class RadioBench {
    private let sessionStore: SessionStore
    private var device: Device
    private let radio: any BenchRadio
    private let devices: ExaminedDevices

    /// A frame that went out.
    package struct Sent: Hashable, Sendable, CustomStringConvertible {
        package let transmission: Transmission
        /// From the order to the end of the frame, as the chip told it.
        package let duration: TimeSpan
        /// By calculation.
        package let airTime: TimeSpan
        /// The end was told by the chip's line, and not found by asking.
        package let cameByEdge: Bool

        package var description: String {
            "\(transmission.payload.count) bytes went out on \(transmission.frequency) Hz at "
                + "\(transmission.modulation), \(transmission.power) dBm, in \(duration) (\(airTime) by calculation)"
        }
    }

    /// - Throws: also when a service has the state file.
    package init(_ configuration: BridgeConfiguration, radio: any BenchRadio, devices: ExaminedDevices) throws {
        sessionStore = SessionStore(
            try StateStore(path: configuration.statePath, devEUI: configuration.lorawan.devEUI))
        self.radio = radio
        self.devices = devices
        let (boot, now) = (devices.clock.bootIdentifier, devices.clock.monotonic)
        device = try Device(
            configuration.lorawan.deviceConfiguration(
                radio: configuration.radio, randomSeed: UInt64.random(in: .min ... .max)),
            try sessionStore.restore(bootIdentifier: boot, at: now), bootIdentifier: boot, at: now)
    }

    /// Sends a frame, and waits for its end.
    package func send(_ frame: TestFrame) throws -> Sent {
        // From here on nothing more is sent.
        defer { sessionStore.close(KeptDevice(state: device.state)) }
        try radio.start(at: devices.clock.monotonic)
        let lost = radio.counters.lostEdges
        var sent: Sent?
        for action in try device.send(frame, at: devices.clock.monotonic) {
            switch action {
            case .persist: try save()
            case .transmit(let transmission):
                let began = devices.clock.monotonic
                try radio.transmit(transmission, at: began)
                let end = try awaitEnd()
                sent = Sent(
                    transmission: transmission, duration: end - began,
                    airTime: AirTime.of(bytes: transmission.payload.count, modulation: transmission.modulation),
                    cameByEdge: radio.hasEdge && radio.counters.lostEdges == lost)
            default: break
            }
        }
        guard let sent else { throw RadioError("the device ordered no transmission") }
        return sent
    }

    /// A carrier that was sent.
    package struct Radiated: Hashable, Sendable, CustomStringConvertible {
        /// As law, region and chip allowed it.
        package let carrier: Carrier
        package let duration: TimeSpan

        package var description: String {
            "a carrier of \(carrier.power) dBm was on \(carrier.frequency) Hz for \(duration)"
        }
    }

    /// Sends a carrier without modulation, until its end or until `isStopped`, which is asked whenever the wait for its end
    /// is over or interrupted.
    /// - Parameter begun: called with what is sent, when it is on the air.
    package func radiate(
        _ wanted: Carrier, begun: (Carrier) -> Void = { _ in }, isStopped: () -> Bool = { false }
    ) throws -> Radiated {
        defer { sessionStore.close(KeptDevice(state: device.state)) }
        try radio.start(at: devices.clock.monotonic)
        // Whatever goes wrong from here on, nothing is to be left on the air.
        defer { try? radio.sleep() }
        for action in try device.radiate(wanted, at: devices.clock.monotonic) {
            switch action {
            case .persist: try save()
            case .radiate(let carrier):
                let began = devices.clock.monotonic
                try radio.radiate(carrier, at: began)
                begun(carrier)
                let end = try awaitEnd(isStopped: isStopped)
                return Radiated(carrier: carrier, duration: end - began)
            default: break
            }
        }
        throw RadioError("the device ordered no carrier")
    }

    private func awaitEnd(isStopped: () -> Bool = { false }) throws -> MonotonicInstant {
        while true {
            if isStopped() {
                try radio.sleep()
                let end = devices.clock.monotonic
                _ = device.handle(.transmitted(endedAt: end))
                try save()
                return end
            }
            for event in radio.poll(at: devices.clock.monotonic) {
                _ = device.handle(event)
                try save()
                switch event {
                case .transmitted(let end): return end
                case .transmitFailed(let reason, _): throw RadioError(reason)
                case .channelBusy(let rssi, _): throw RadioError("someone else is sending (\(rssi) dBm): try again")
                case .received, .windowClosed, .windowFailed: break
                }
            }
            guard let deadline = radio.nextDeadline else { throw RadioError("the radio waits for nothing") }
            try devices.waiter.wait(for: radio.pollDescriptors, until: deadline)
        }
    }

    private func save() throws {
        _ = try sessionStore.commit(KeptDevice(state: device.state), at: devices.clock.monotonic)
    }
}
