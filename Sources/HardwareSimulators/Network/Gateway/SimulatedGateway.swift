import Timekeeping

/// A gateway between the air and a network server: hears all spreading factors at once on its channels, sends one
/// frame at a time, and is deaf while it does.
package final class SimulatedGateway {
    /// Carriers it listens on, in hertz; nil is all.
    package var channels: Set<Int>?
    /// Switched off, it neither hears nor sends.
    package var isOn = true
    /// Frames it missed because it was sending.
    package private(set) var missedWhileSending = 0
    /// Downlinks it could not send because it was sending another.
    package private(set) var refusedDownlinks = 0

    private let air: Air
    private let server: NetworkServer
    private var sending: [(from: MonotonicInstant, to: MonotonicInstant)] = []

    package init(air: Air, server: NetworkServer, channels: Set<Int>? = nil) {
        self.air = air
        self.server = server
        self.channels = channels
        air.subscribe(self)
    }

    /// Sends what waits for a class C device, now.
    /// - Returns: whether something did.
    @discardableResult
    package func sendContinuous(to devEUI: UInt64) -> Bool {
        guard isOn, let downlink = server.continuousDownlink(for: devEUI) else { return false }
        send(downlink, after: air.world.now)
        return true
    }

    private func send(_ downlink: ServerDownlink, after end: MonotonicInstant) {
        let start = end + downlink.delay
        let frame =
            downlink.spreadingFactor == 0
            ? AirTransmission(
                fsk: downlink.payload, frequency: downlink.frequency, isDownlink: true, start: start,
                power: downlink.power)
            : AirTransmission(
                payload: downlink.payload, frequency: downlink.frequency, spreadingFactor: downlink.spreadingFactor,
                bandwidth: downlink.bandwidth, invertedIQ: true, hasCRC: false, start: start,
                power: downlink.power)
        guard !isSending(from: frame.start, to: frame.end) else {
            refusedDownlinks += 1
            return
        }
        sending.removeAll { $0.to < end - .minutes(1) }
        sending.append((frame.start, frame.end))
        air.transmit(frame)
    }

    private func isSending(from: MonotonicInstant, to: MonotonicInstant) -> Bool {
        sending.contains { $0.from < to && from < $0.to }
    }
}

extension SimulatedGateway: AirListener {
    package func airStarted(_ transmission: AirTransmission) {}

    package func airEnded(_ transmission: AirTransmission) {
        let needed = AirTransmission.needsLowDataRateOptimize(
            spreadingFactor: transmission.spreadingFactor, bandwidth: transmission.bandwidth)
        guard isOn, !transmission.invertedIQ, transmission.hasCRC, !transmission.isCorrupt,
            transmission.fsk.map({ $0 == .init() }) ?? (transmission.syncWord == 0x34),
            transmission.fsk != nil || transmission.lowDataRateOptimize == needed,
            channels?.contains(nearestChannel(transmission)) ?? true
        else { return }
        guard !isSending(from: transmission.start, to: transmission.end) else {
            missedWhileSending += 1
            return
        }
        let heard = HeardUplink(
            payload: transmission.payload, frequency: nearestChannel(transmission),
            spreadingFactor: transmission.spreadingFactor, bandwidth: transmission.bandwidth,
            rssi: air.signalStrength(of: transmission), snrQuarters: air.signalToNoise(of: transmission) * 4,
            at: transmission.end)
        if let downlink = server.receive(heard) { send(downlink, after: transmission.end) }
    }

    /// A chip's carrier is a multiple of 61 Hz, a channel is a multiple of 100 Hz.
    private func nearestChannel(_ transmission: AirTransmission) -> Int {
        (transmission.frequency + 50) / 100 * 100
    }
}
