import LoRaWAN
import Timekeeping

/// What is known of the session that a module has, beside what the record keeps.
struct ModuleSession {
    private let region: Region
    /// Whether the module has its session and may send.
    var isJoined = false
    /// The session of the record was taken up again, and is not told as new.
    var isResuming = false
    /// The module has begun anew since its session was last taken up: each uplink goes out once (NbTrans is not in its
    /// EEPROM).
    var hasBegunAnew = false
    /// Sub-bands in which the module has channels.
    private(set) var subBands: Set<Int>
    /// The channels of a fixed plan that are switched on; nil where nobody knows.
    private var channelMask: ChannelMask?
    /// Seconds to RX1.
    var receiveDelay = TimeSpan.seconds(1)
    /// Uplinks since the network was last heard, as the module's ADR counts them.
    private(set) var unheardUplinks = 0
    /// Bytes of FOpts to reckon with: the module answers MAC commands by itself and does not say so.
    private(set) var optionBytes = 0
    /// The network has changed a window: the answer is in each uplink until a downlink comes (TS001 5.4).
    private var owesStickyAnswers = false
    /// The session has changed since it was saved, or was never saved.
    private var wantsSave = false
    private var savedAt: MonotonicInstant?

    /// What FOpts holds.
    static let longestOptions = 15
    /// EEPROM wears out: what the network changes is saved at most this often.
    private static let savePause = TimeSpan.hours(24)

    init(region: Region) {
        self.region = region
        subBands = Self.defaultSubBands(of: region)
    }

    private static func defaultSubBands(of region: Region) -> Set<Int> {
        Set(region.defaultChannels.compactMap { region.subBand(of: $0.frequency) })
    }

    // MARK: Channels

    mutating func forgetChannels() { subBands = Self.defaultSubBands(of: region) }

    mutating func add(subBand: Int) { subBands.insert(subBand) }

    /// Nobody knows which are on.
    mutating func forgetMask() { channelMask = nil }

    /// All are on after a reset of the MAC.
    mutating func allChannelsAreOn() { channelMask = (1 << ChannelMask(region.defaultChannels.count)) - 1 }

    /// Those that differ, and those that are to be on first: one must be at any time.
    mutating func switchChannels(to mask: ChannelMask) -> [RN2483Command] {
        let changed = channelMask.map { $0 ^ mask } ?? .max
        channelMask = mask
        let channels = region.defaultChannels.indices.filter { changed >> ChannelMask($0) & 1 == 1 }
        let (on, off) = (
            channels.filter { mask >> ChannelMask($0) & 1 == 1 }, channels.filter { mask >> ChannelMask($0) & 1 == 0 }
        )
        return on.map { .set("ch status \($0) on") } + off.map { .set("ch status \($0) off") }
    }

    // MARK: The network

    mutating func sentUplink() { unheardUplinks += 1 }

    /// The module has heard the network, and its answers go out with the next uplinks.
    mutating func heardNetwork() {
        unheardUplinks = 0
        owesStickyAnswers = false
        optionBytes = Self.longestOptions
    }

    mutating func heardNothing() { optionBytes = owesStickyAnswers ? Self.longestOptions : 0 }

    mutating func oweStickyAnswers() {
        owesStickyAnswers = true
        optionBytes = Self.longestOptions
    }

    /// It had no room for what it has to answer.
    mutating func hasMuchToAnswer() { optionBytes = Self.longestOptions }

    /// "mac set adr" has begun the module's count anew too.
    mutating func adopted() {
        isJoined = true
        (hasBegunAnew, unheardUplinks) = (false, 0)
    }

    /// It is a new one.
    mutating func joined() {
        isResuming = false
        savedAt = nil
        (optionBytes, owesStickyAnswers) = (0, false)
    }

    // MARK: EEPROM

    /// A reset would bring the old ones back, and the network would not know.
    mutating func hasChanged() { wantsSave = true }

    /// Whether it is to be saved now, which is then taken as done.
    mutating func takeSave(at now: MonotonicInstant) -> Bool {
        let isDue = savedAt.map { now - $0 >= Self.savePause } ?? true
        guard wantsSave, isDue, isJoined else { return false }
        (wantsSave, savedAt) = (false, now)
        return true
    }
}
