import BridgeConfiguration
import BridgePlanning
import HardwareSimulators
import MeterValues
import Timekeeping
import UplinkPayload

/// Somebody at the network server who looks at the decoded quarter-hours each hour and asks the bridge for those that are
/// missing, as a user's own program would do.
struct GapRequests {
    private struct Request {
        let sequence: Int
        let at: UTCInstant
        let quarters: [(meter: Int, quarters: Range<Int>)]
        var isAnswered = false
    }

    /// What The Things Network's fair use allows a device in 24 hours.
    static let mostInADay = 10
    /// A younger gap may still be filled by the next reports.
    private static let ripe = TimeSpan.hours(1)
    /// When it is asked again: sooner where not even an answer came.
    private static let patience = (unanswered: TimeSpan.hours(3), answered: TimeSpan.hours(24))
    /// Commands of a downlink: what fits the 51 bytes of SF12.
    private static let mostCommands = 5

    private let start: QuarterHour
    /// By the meters' numbers: the report to ask for, counted from 1.
    private let reports: [Int?]
    private var requests: [Request] = []

    init(_ configuration: BridgeConfiguration, start: QuarterHour) {
        self.start = start
        reports = configuration.meterNames.indices.map { meter in
            configuration.reports.firstIndex { $0.intervals != nil && $0.meters.contains(meter) }.map { $0 + 1 }
        }
    }

    var count: Int { requests.count }
    private var lastSequences: [Int] = []

    /// Of the next downlink with commands, whatever they are.
    mutating func nextSequence(at now: UTCInstant) -> Int {
        let sequence = CommandFrame.sequence(at: now, after: lastSequences)
        lastSequences = lastSequences.suffix(BridgeSettings.rememberedSequences - 1) + [sequence]
        return sequence
    }

    /// The bridge's answer, decoded.
    mutating func take(reply: DecodedReport) {
        guard case .number(let sequence, _)? = reply["sequence"] else { return }
        for index in requests.indices where requests[index].sequence == sequence.coefficient {
            requests[index].isAnswered = true
        }
    }

    /// - Parameter downlinks: what the network has sent the bridge in the last 24 hours, acknowledgements included.
    /// - Returns: a downlink's payload; nil when there is nothing to be asked now.
    mutating func next(_ ledger: DeliveryLedger, downlinks: Int, at now: UTCInstant) -> [UInt8]? {
        guard downlinks < Self.mostInADay else { return nil }
        var wanted: [(meter: Int, quarters: Range<Int>)] = []
        for (meter, report) in reports.enumerated() where report != nil {
            wanted += gaps(ledger, meter: meter, at: now).map { (meter, $0) }
        }
        wanted = Array(wanted.prefix(Self.mostCommands))
        guard !wanted.isEmpty else { return nil }
        let sequence = nextSequence(at: now)
        requests.append(Request(sequence: sequence, at: now, quarters: wanted))
        let commands = wanted.compactMap { meter, quarters -> Command? in
            guard let report = reports[meter] else { return nil }
            let first = QuarterHour(number: start.number + Int64(quarters.lowerBound))
            return .sendIntervals(report: report, meter: meter, first: first, count: quarters.count)
        }
        return CommandFrame(sequence: sequence, commands: commands).encode()
    }

    /// Quarter-hours between known ones that are not known, for long enough, the oldest first.
    private func gaps(_ ledger: DeliveryLedger, meter: Int, at now: UTCInstant) -> [Range<Int>] {
        let isKnown = (0..<ledger.count(meter: meter)).map { ledger.arrival(meter: meter, quarter: $0) != nil }
        guard let newest = isKnown.lastIndex(of: true) else { return [] }
        let pending = asked(meter: meter, at: now)
        var gaps: [Range<Int>] = []
        // The operator knows when the bridge was mounted: what is before the first known quarter-hour is missed too.
        for quarter in 0..<newest where !isKnown[quarter] && !pending.contains(quarter) {
            let end = start.time + QuarterHour.length * Int64(quarter + 1)
            guard end + Self.ripe <= now else { break }
            if let last = gaps.last, last.upperBound == quarter {
                gaps[gaps.count - 1] = last.lowerBound..<quarter + 1
            } else {
                gaps.append(quarter..<quarter + 1)
            }
        }
        return gaps
    }

    /// Those that need not be asked for again yet.
    private func asked(meter: Int, at now: UTCInstant) -> Set<Int> {
        var quarters: Set<Int> = []
        for request in requests.reversed() {
            if request.at <= now - Self.patience.answered { break }
            if !request.isAnswered && request.at <= now - Self.patience.unanswered { continue }
            for (other, range) in request.quarters where other == meter { quarters.formUnion(range) }
        }
        return quarters
    }
}
