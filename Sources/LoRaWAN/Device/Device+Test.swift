public import Timekeeping

/// A frame that is sent to see whether the radio sends.
public struct TestFrame: Hashable, Sendable {
    /// Hertz; nil for the first default channel of the region.
    public var frequency: Int?
    /// The region says what it means.
    public var dataRate: DataRate
    /// dBm at the chip's pin; nil, or more than the law allows behind the antenna, for the most that it allows.
    public var power: Int?

    /// A frame for the bench.
    public init(frequency: Int? = nil, dataRate: DataRate = DataRate(5), power: Int? = nil) {
        self.frequency = frequency
        self.dataRate = dataRate
        self.power = power
    }

    /// Of the type Proprietary (TS001 4.2.1), which every server passes over; then text that tells a listener what it is.
    static let payload = [0xE0] + Array("p1lora test".utf8)
}

/// Why a test frame or a carrier is not sent; nothing has changed.
public enum TestRefusal: Error, Hashable, Sendable {
    /// An uplink, or its windows, are under way.
    case busy
    /// The region allows no transmission on this carrier, in hertz.
    case frequency(Int)
    /// The region has no such data rate for uplinks.
    case dataRate(DataRate)
    /// Where the region wants a device to listen first, or to leave the channel after 400 ms, no carrier is sent.
    case shared
    /// Not before so much time has passed.
    case later(TimeSpan, WaitReason)
    /// It has more air-time than may ever be sent, or even the lowest power is too much there.
    case never(airTime: TimeSpan)
}

extension TestRefusal: CustomStringConvertible {
    public var description: String {
        switch self {
        case .busy: "a frame is under way"
        case .frequency(let hertz): "the region allows no transmission on \(hertz) Hz"
        case .dataRate(let rate): "the region has no data rate \(rate.index) for uplinks"
        case .shared:
            "the region wants a device to listen before it talks, or to leave a channel after 400 ms: a carrier can do neither"
        case .later(let span, .dutyCycle): "the law's duty cycle forbids it for \(span)"
        case .later(let span, .dailyAirTime): "the network's air-time for 24 hours is used up for \(span)"
        case .later(let span, _): "the network asked for silence for \(span)"
        case .never(let airTime): "\(airTime) of air-time are more than may ever be sent there"
        }
    }
}

extension Device {
    /// Orders a frame for the bench. It uses no counter and opens no window, and is paid from the law's account and the
    /// network's daily air-time as every uplink is.
    /// - Returns: what to store, and what to send then. Its end is told to ``handle(_:)``.
    public mutating func send(_ test: TestFrame, at now: MonotonicInstant) throws(TestRefusal) -> [DeviceAction] {
        guard isIdle, case .idle = phase else { throw .busy }
        let region = configuration.region
        guard let modulation = region.modulation(of: test.dataRate),
            region.isUsable(test.dataRate, dwell: state.session?.uplinkDwell ?? false)
        else { throw .dataRate(test.dataRate) }
        let airTime = AirTime.of(bytes: TestFrame.payload.count, modulation: modulation)
        let channel = try channel(
            at: test.frequency ?? region.defaultChannels.first?.frequency ?? 0, dataRate: test.dataRate,
            airTime: airTime, countsDaily: true, now: now)
        var actions = transmit(
            TestFrame.payload, on: channel, modulation: modulation, powerIndex: 0, airTime: airTime,
            countsDaily: true, at: now)
        if let power = test.power, case .transmit(let most) = actions.last {
            actions[actions.count - 1] = .transmit(
                Transmission(
                    payload: most.payload, frequency: most.frequency, modulation: most.modulation,
                    power: max(configuration.conductedPower.lowerBound, min(power, most.power)),
                    carrierSense: most.carrierSense))
        }
        return finish(actions)
    }

    /// Orders an unmodulated carrier, for a certification bench or for measurements. It is paid from the law's account; the
    /// network's daily air-time is for what a gateway can hear. The power is moved into what the chip can do and the law allows.
    ///
    /// A bench that switched the regional duty cycle off (TS009, RegionalDutyCycleCtrlReq) is not held to it here either; the
    /// carrier counts all the same.
    /// - Returns: what to store, and what to send then. Its end is told to ``handle(_:)``.
    public mutating func radiate(_ carrier: Carrier, at now: MonotonicInstant) throws(TestRefusal) -> [DeviceAction] {
        guard isIdle, case .idle = phase else { throw .busy }
        guard carrier.duration > .zero, carrier.duration <= .hours(24) else { throw .never(airTime: carrier.duration) }
        let region = configuration.region
        let dwells =
            !region.isDynamic || state.session?.uplinkDwell ?? region.txParameters?.uplinkDwell ?? false
        guard region.carrierSense == nil, !dwells || certification?.ignoresDutyCycle == true else { throw .shared }
        let channel = try channel(
            at: carrier.frequency, dataRate: DataRate(0), airTime: carrier.duration, countsDaily: false, now: now)
        account(for: carrier.duration, on: channel, countsDaily: false, endsByItself: false, at: now)
        let most = conductedPower(index: 0, code: state.session?.maximumEIRPCode, subBand: channel.subBand)
        let allowed = Carrier(
            frequency: carrier.frequency, power: max(configuration.conductedPower.lowerBound, min(carrier.power, most)),
            duration: carrier.duration)
        return finish([.persist(state), .radiate(allowed)])
    }

    /// The channel for what no application ordered, where it may be sent now.
    private func channel(
        at frequency: Int, dataRate: DataRate, airTime: TimeSpan, countsDaily: Bool, now: MonotonicInstant
    ) throws(TestRefusal) -> Channel {
        let region = configuration.region
        guard region.allows(frequency: frequency), let band = region.subBand(of: frequency) else {
            throw .frequency(frequency)
        }
        guard let orders = ordersOfNetwork(airTime: countsDaily ? airTime : nil, at: now) else {
            throw .never(airTime: airTime)
        }
        let channel = Channel(frequency: frequency, subBand: band, dataRates: dataRate...dataRate)
        switch selection(
            among: [channel], mask: 1, dataRate: dataRate, airTime: airTime, at: now, notBefore: orders.from,
            reason: orders.reason)
        {
        case .now: return channel
        case .later(let until, let reason): throw .later(until - now, reason)
        case .never: throw .never(airTime: airTime)
        }
    }
}
