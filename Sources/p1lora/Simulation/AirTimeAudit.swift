import HardwareSimulators
import Timekeeping
import UplinkPayload

/// What was really on the air, held against the law and the network's fair use. It knows nothing of the device's own
/// ledger, which it judges.
struct AirTimeAudit {
    /// A sub-band of EU863-870 (ERC/REC 70-03, annex 1) and the share of any hour that a device may send in it.
    struct Band {
        let hertz: Range<Int>
        let permille: Int64

        var hourlyLimit: TimeSpan { .hours(1) * permille / 1_000 }
        var name: String {
            let ends = [hertz.lowerBound, hertz.upperBound].map { FixedPoint(coefficient: Int64($0), decimals: 6) }
            return "\(ends[0])-\(ends[1]) MHz"
        }
    }

    static let bands = [
        Band(hertz: 863_000_000..<865_000_000, permille: 1), Band(hertz: 865_000_000..<868_000_000, permille: 10),
        Band(hertz: 868_000_000..<868_600_000, permille: 10), Band(hertz: 868_700_000..<869_200_000, permille: 1),
        Band(hertz: 869_400_000..<869_650_000, permille: 100), Band(hertz: 869_700_000..<870_000_000, permille: 10),
    ]

    private let uplinks: [AirTransmission]

    /// - Parameter uplinks: in the order of their starts.
    init(_ uplinks: [AirTransmission]) { self.uplinks = uplinks }

    var total: TimeSpan { uplinks.reduce(.zero) { $0 + $1.airTime } }

    /// The most that any sliding hour holds, of each sub-band that was used.
    var busiestHours: [(band: Band, airTime: TimeSpan)] {
        Self.bands.compactMap { band in
            let frames = uplinks.filter { band.hertz.contains($0.frequency) }
            return frames.isEmpty ? nil : (band, Self.busiest(.hours(1), of: frames))
        }
    }

    /// The most that any 24 hours hold. Join-requests have a limit of their own and are no part of it.
    var busiestDay: TimeSpan {
        Self.busiest(.hours(24), of: uplinks.filter { ($0.payload.first ?? 0) >> 5 != 0 })
    }

    /// Frames outside of every sub-band.
    var strays: Int { uplinks.count { frame in !Self.bands.contains { $0.hertz.contains(frame.frequency) } } }

    /// The most on-time in any window of that length: a fullest one ends with a frame or begins with one.
    private static func busiest(_ window: TimeSpan, of frames: [AirTransmission]) -> TimeSpan {
        let spans = frames.map { (start: $0.start.nanoseconds, end: $0.end.nanoseconds) }
        let mirrored = spans.reversed().map { (start: -$0.end, end: -$0.start) }
        return TimeSpan(nanoseconds: max(fullest(window, spans), fullest(window, mirrored)))
    }

    /// Over the windows that end with a frame.
    private static func fullest(_ window: TimeSpan, _ spans: [(start: Int64, end: Int64)]) -> Int64 {
        var (first, sum, worst) = (0, Int64(0), Int64(0))
        for span in spans {
            sum += span.end - span.start
            let begin = span.end - window.nanoseconds
            while spans[first].end <= begin {
                sum -= spans[first].end - spans[first].start
                first += 1
            }
            worst = max(worst, sum - max(0, begin - spans[first].start))
        }
        return worst
    }
}
