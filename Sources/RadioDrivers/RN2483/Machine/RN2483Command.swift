import Timekeeping

/// A line for the module, and what its answer is good for.
struct RN2483Command: Hashable, Sendable {
    enum Meaning: Hashable, Sendable {
        /// Answered with ok.
        case setting
        /// Answered with ok; where the firmware knows it not, nothing is lost.
        case wish
        case version
        case status
        /// Is the session in the module the one in the record?
        case sessionCheck
        case newAddress
        case uplinkCounter
        case downlinkCounter
        /// Which of both has heard of the newer downlink, the record or the module?
        case newestDownlink
        case dataRate
        case receiveDelay
        case powerIndex
        /// Is the first channel of a fixed plan the region's?
        case planCheck
        /// Are its data rates?
        case rangeCheck
        /// The data rate at which repetitions are counted.
        case measuringRate
        case channelStatus(Int)
        case channelFrequency(Int)
        case save
        case join
        case transmit
    }

    let text: String
    let meaning: Meaning

    init(_ text: String, _ meaning: Meaning = .setting) {
        self.text = text
        self.meaning = meaning
    }

    /// How long the module may think. Most answers come within 20 ms; EEPROM is slow.
    var patience: TimeSpan {
        switch meaning {
        case .save: .seconds(30)
        default: .seconds(2)
        }
    }

    static func set(_ what: String) -> Self { Self("mac set \(what)") }
    static func get(_ what: String, _ meaning: Meaning) -> Self { Self("mac get \(what)", meaning) }
}

/// `mac get status`: four digits before firmware 1.0.1, eight since.
struct RN2483Status: Hashable, Sendable {
    let rawValue: UInt32

    init?(_ text: String) {
        guard text.utf8.count == 4 || text.utf8.count == 8, let value = UInt32(text, radix: 16) else { return nil }
        rawValue = value
    }

    /// The MAC sends, listens or waits to send again.
    var isBusy: Bool { rawValue & 0xF != 0 }
    /// The network has ordered silence (`mac forceENABLE` ends it).
    var isSilent: Bool { rawValue & 1 << 7 != 0 }
    var isPaused: Bool { rawValue & 1 << 8 != 0 }
    /// The network has changed channels, since the status was last read.
    var channelsChanged: Bool { rawValue & 1 << 11 != 0 }
    /// The network has changed the output power, since the status was last read.
    var powerChanged: Bool { rawValue & 1 << 12 != 0 }
    /// The network has said how often each uplink goes out, since the status was last read; perhaps as before.
    var repetitionsChanged: Bool { rawValue & 1 << 13 != 0 }
    /// RX2 or the receive delay was changed: the answer is repeated in each uplink until a downlink comes.
    var owesStickyAnswers: Bool { rawValue & 3 << 15 != 0 }
    var needsRejoin: Bool { rawValue & 1 << 17 != 0 }
}
