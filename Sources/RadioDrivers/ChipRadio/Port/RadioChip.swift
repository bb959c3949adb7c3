package import HardwareInterfaces
package import LoRaWAN
package import Timekeeping

/// A transceiver chip, in words that all of them have: the place where a new one is written. ``ChipRadio`` makes the radio
/// of it: windows, lateness, polling, listening before talking, class C, recovery.
///
/// Nothing here waits longer than its transfers take, except ``start(at:)``, ``maintain(at:)`` and
/// ``measureTemperature()``, which spend milliseconds in ``pause``. Each step throws when the chip does not answer, or not
/// what it must: the radio then starts it anew.
package protocol RadioChip: AnyObject {
    /// "DIO0", for messages: the line that tells the end of a frame.
    static var edgeName: String { get }
    /// For messages: all lines that tell something.
    static var lineNames: String { get }
    /// How many symbols the chip's time-out counts at most; bytes in FSK.
    static func symbolLimit(of modulation: Modulation) -> Int

    /// Whether such a chip is on a bus, by reads that change nothing in a chip of any kind: for a board of which nobody knows
    /// what is on it.
    /// - Returns: nil when none answers as one does.
    static func answer(on bus: any SPIBus) throws(RadioError) -> ChipAnswer?

    // MARK: What is wired, and what it can

    var lines: ChipLines { get }
    var hasResetLine: Bool { get }
    /// Whether a pulse on the reset line reset the chip; nil where no line is configured, or before the first start.
    var isResetWired: Bool? { get }
    /// Lets the time given pass.
    var pause: (TimeSpan) -> Void { get }
    /// From the order to the first symbol.
    var startUp: TimeSpan { get }
    /// dBm beyond which the amplifier may be used for 1 % of the time; nil where it needs no rest.
    var unrestingPower: Int? { get }
    /// The FIFO that has to be served while an FSK packet is on the air; nil where a whole one fits.
    var packets: (any PacketFIFO)? { get }
    /// Settings that did not arrive as they were written, and were written again.
    var rewrites: Int { get }

    // MARK: Its life

    /// Resets, identifies and calibrates the chip, and gives it the settings that stay. It rests afterwards.
    func start(at now: MonotonicInstant) throws(RadioError)
    /// Whether it still has what ``start(at:)`` gave it: its supply may have dipped.
    func hasKeptSettings() throws(RadioError) -> Bool
    /// When ``maintain(at:)`` is to be called, ahead of the next transmission.
    var maintenanceAt: MonotonicInstant { get }
    /// Looks whether the chip's calibration still fits. It rests afterwards.
    /// - Returns: whether it was calibrated again.
    func maintain(at now: MonotonicInstant) throws(RadioError) -> Bool
    /// To rest, from whatever it does.
    func settle() throws(RadioError)
    /// To rest, from a reception or a detection; what it told meanwhile is forgotten.
    func rest() throws(RadioError)

    // MARK: Orders

    /// All that a transmission needs but its mode, in the polarity of ``Transmission/isDownlink``.
    func program(_ transmission: Transmission) throws(RadioError)
    /// All that a window needs but its mode.
    /// - Parameter symbols: so many without a preamble close it; at most ``symbolLimit(of:)``.
    func program(_ window: ReceiveWindow, symbols: Int) throws(RadioError)
    /// All that reception without an end needs but its mode.
    /// - Parameter uplinks: hears what devices send, instead of what gateways send.
    func program(_ reception: ContinuousReception, uplinks: Bool) throws(RadioError)
    /// All that an unmodulated carrier needs but its mode.
    func program(_ carrier: Carrier) throws(RadioError)
    /// All that a detection of channel activity needs but its mode.
    func programDetection(frequency: Int, lora: Modulation.LoRa) throws(RadioError)
    /// Forgets what the chip told, so that what comes next gives an edge.
    func clearFlags() throws(RadioError)
    /// Begins what was programmed.
    func enter(_ mode: ChipMode) throws(RadioError)
    /// Whether it is in the mode that was ordered last. It leaves some by itself, when they are done.
    func isInOrderedMode() throws(RadioError) -> Bool
    /// Whether it waits for an order, as it does when a window has ended by itself.
    func isWaiting() throws(RadioError) -> Bool

    // MARK: What becomes of them

    /// What the chip tells.
    func flags() throws(RadioError) -> ChipFlags
    /// Ends a transmission that is done. The chip rests.
    func finishTransmission() throws(RadioError)
    /// Takes a frame that is done.
    /// - Returns: nil when it is damaged.
    func takeFrame(_ flags: ChipFlags, frequency: Int, at end: MonotonicInstant) throws(RadioError) -> ReceivedFrame?
    /// A frame was taken, and the next one is to be told.
    func listenOn() throws(RadioError)
    /// dBm on the channel that is listened to.
    func strength(frequency: Int, modulation: Modulation) throws(RadioError) -> Int

    // MARK: The bench

    /// All registers that can be read without disturbing anything.
    func registers() throws(RadioError) -> [RegisterValue]
    /// Degrees Celsius by the chip's own sensor; nil where it has none.
    func measureTemperature() throws(RadioError) -> Int?
}

/// What a chip is told to begin.
package enum ChipMode: Hashable, Sendable {
    case transmit
    /// Until a frame, or so many symbols without a preamble.
    case window
    /// Until another order comes.
    case continuous
    case carrier
    /// Channel activity detection.
    case detect
}

/// What a chip tells.
package struct ChipFlags: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// The last symbol of a transmission is out.
    package static let sent = ChipFlags(rawValue: 1)
    /// A frame came in, perhaps a damaged one.
    package static let frame = ChipFlags(rawValue: 2)
    /// The frame's CRC is wrong.
    package static let damaged = ChipFlags(rawValue: 4)
    /// No preamble came within the window.
    package static let empty = ChipFlags(rawValue: 8)
    /// A detection of channel activity is done.
    package static let detectionDone = ChipFlags(rawValue: 16)
    /// It found a preamble.
    package static let detected = ChipFlags(rawValue: 32)
}

/// A register as it was read.
package struct RegisterValue: Hashable, Sendable {
    package let address: UInt16
    /// What the datasheet calls it, in words; nil for those that the driver does not use.
    package let name: String?
    package let value: UInt8

    package init(address: UInt16, name: String?, value: UInt8) {
        self.address = address
        self.name = name
        self.value = value
    }
}
