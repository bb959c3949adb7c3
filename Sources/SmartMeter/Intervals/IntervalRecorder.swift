public import MeterValues
public import Timekeeping

/// Turns the readings of one meter into the values that its registers had at each quarter-hour.
///
/// The value at a boundary lies on the line between the last sample before and the first after; both must be close. So
/// every entry is a value between two that the meter printed, entries of one series never fall, and the differences of a
/// day add up to the difference of the register to the last Wh. Keep this value in the store, and an interruption that is
/// shorter than the longest gap costs nothing.
public struct IntervalRecorder: Hashable, Sendable, Codable {
    /// What came of one reading for one register.
    public struct Outcome: Hashable, Sendable {
        /// The register.
        public let code: OBISCode
        /// In order of their boundaries.
        public let entries: [IntervalEntry]
        /// Set when a new series began with this reading.
        public let newSeries: SeriesReason?
    }

    /// Why a register's values have nothing to do with those before.
    public enum SeriesReason: String, Hashable, Sendable {
        /// Another name in the telegram, a register that went back, a clock that was set back, another unit.
        case otherMeter, ranBackwards, clockSetBack, otherUnit
    }

    /// The codes of the registers, in their order.
    public var codes: [OBISCode] { tracks.map(\.code) }
    private var tracks: [RegisterTrack]
    /// The name of the meter that was read last, if it has one.
    public private(set) var meter: String?
    private let longestGap: Int64
    private let longestOwnGap: Int64

    /// - Parameters:
    ///   - codes: registers of energy, volume or heat.
    ///   - longestGap: how far apart two samples may be for a boundary between them to be given a value.
    ///   - longestGapOfMBus: the same for registers with a time of their own, which are heard hourly in most countries.
    public init(
        codes: [OBISCode], longestGap: TimeSpan = .minutes(5), longestGapOfMBus: TimeSpan = .minutes(75)
    ) {
        self.longestGap = longestGap.nanoseconds
        longestOwnGap = longestGapOfMBus.nanoseconds
        tracks = []
        include(codes)
    }

    /// Watches these registers too; what is known of others stays.
    public mutating func include(_ codes: [OBISCode]) {
        for code in codes where !tracks.contains(where: { $0.code == code }) {
            tracks.append(RegisterTrack(code: code, longestGap: longestGap, longestOwnGap: longestOwnGap))
        }
    }

    /// Takes a reading, in the order in which they came.
    /// - Parameters:
    ///   - reading: with its date.
    ///   - meter: the meter's name, where it has one: another name begins new series.
    /// - Returns: what came of it; registers of which there is nothing to say are left out.
    public mutating func add(_ reading: Reading, meter: String?) -> [Outcome] {
        let isOther = meter != nil && self.meter != nil && meter != self.meter
        if let meter { self.meter = meter }
        var outcomes: [Outcome] = []
        for index in tracks.indices {
            if isOther { tracks[index].forget() }
            let code = tracks[index].code
            guard let quantity = reading.quantities[code] else { continue }
            let ownTime = reading.ownTimes[code]
            let outcome = tracks[index].add(quantity, at: ownTime ?? reading.time, isOwnTime: ownTime != nil)
            if !outcome.entries.isEmpty || outcome.newSeries != nil { outcomes.append(outcome) }
        }
        return outcomes
    }
}
