public import LoRaWAN
public import Timekeeping

/// What is known of a device since the start, and need not outlive it.
struct DeviceTrack {
    var heardAt: MonotonicInstant?
    var rssi = 0
    var snrQuarters = 0
    var dataRate: DataRate?
    /// Quarters of a decibel, newest last.
    private(set) var strengths: [Int] = []
    /// New uplinks that came, and those that their counters tell of and that did not.
    var uplinks = 0
    var lost = 0
    var queue: [QueuedDownlink] = []
    /// A confirmed downlink that went out, and the counter that it had.
    var awaiting: (downlink: QueuedDownlink, counter: FrameCounter)?
    /// How often the latest uplink was answered.
    var repetitions = 0
    /// Data rates that it can't do.
    var refused: Set<DataRate> = []
    /// Ordered, and not yet answered.
    var ordered: DataRate?
    var hasADR = false
    /// It was let in, and has not spoken since; nor may it have, since a start of the base.
    var isJoinUnanswered = true

    /// From one of its frames to the next, newest last.
    private var pauses: [TimeSpan] = []

    static let strengthsKept = 20
    static let pausesKept = 8
    /// Nobody is waited for longer.
    private static let longestPatience = TimeSpan.hours(2)

    /// The longest of the latest pauses between its frames: reports may come two or three at a time. Zero before the second.
    var longestPause: TimeSpan { pauses.max() ?? .zero }

    /// After how long without a word it is missed.
    var patience: TimeSpan {
        max(BaseConfiguration.missingAfter, min(longestPause * 5 / 2, Self.longestPatience))
    }

    /// How long it is waited for before all go faster: until its pace is known it may be one that speaks seldom.
    var patienceWithPace: TimeSpan { pauses.isEmpty ? Self.longestPatience : patience }

    /// Call it before ``hear(_:at:)``.
    /// - Parameters:
    ///   - now: the end of its frame.
    ///   - frames: those that its counter tells of since the one before.
    mutating func notePause(until now: MonotonicInstant, frames: Int) {
        guard let heardAt else { return }
        pauses.append((now - heardAt) / Int64(max(1, frames)))
        if pauses.count > Self.pausesKept { pauses.removeFirst() }
    }

    mutating func hear(_ frame: ReceivedFrame, at dataRate: DataRate) {
        (heardAt, rssi, snrQuarters, self.dataRate) = (frame.at, frame.rssi, frame.snrQuarters, dataRate)
        strengths.append(frame.snrQuarters)
        if strengths.count > Self.strengthsKept { strengths.removeFirst() }
    }

    /// The median of the latest frames, in quarters of a decibel; nil before the first.
    var strength: Int? { strengths.isEmpty ? nil : strengths.sorted()[strengths.count / 2] }
}

/// An answer whose state is stored, and whose time is to come.
struct PlannedAnswer: Hashable {
    let transmission: Transmission
    let startsAt: MonotonicInstant
    let airTime: TimeSpan
    let device: DevEUI
    let counter: FrameCounter?
    /// The downlink of the queue that goes with it.
    let downlink: QueuedDownlink?

    var endsAt: MonotonicInstant { startsAt + airTime }
    var overdueAt: MonotonicInstant { endsAt + .seconds(5) }
}

/// Where a device is, for a person.
public struct DeviceView: Hashable, Sendable {
    /// Who it is.
    public let devEUI: DevEUI
    /// nil before its first join.
    public let devAddr: DevAddr?
    /// When its latest frame ended; nil before the first since the start.
    public let heardAt: MonotonicInstant?
    /// dBm of that frame.
    public let rssi: Int
    /// Quarters of a decibel.
    public let snrQuarters: Int
    /// At which it was heard.
    public let dataRate: DataRate?
    /// New uplinks since the start.
    public let uplinks: Int
    /// Of those that it sent, how many did not come.
    public let lost: Int
    /// Downlinks that wait for it.
    public let waiting: Int
    /// The base looks for it at the pairing data rate.
    public let isMissing: Bool
}

extension BaseStation {
    /// All devices of the configuration, in its order.
    public func devices(at now: MonotonicInstant) -> [DeviceView] {
        configuration.devices.map { registration in
            let track = core.tracks[registration.devEUI] ?? DeviceTrack()
            let record = core.state.devices[registration.devEUI]
            return DeviceView(
                devEUI: registration.devEUI, devAddr: (record?.joined ?? record?.session)?.devAddr,
                heardAt: track.heardAt, rssi: track.rssi, snrQuarters: track.snrQuarters, dataRate: track.dataRate,
                uplinks: track.uplinks, lost: track.lost, waiting: track.queue.count,
                isMissing: isMissing(registration.devEUI, at: now))
        }
    }
}
