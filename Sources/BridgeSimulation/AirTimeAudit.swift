package import HardwareSimulators
package import Timekeeping

/// What was really on the air, held against the law and the network's fair use. It knows nothing of the device's own
/// ledger, which it judges.
package struct AirTimeAudit {
    private let bands: [AirTimeLaw.Band]
    private let uplinks: [AirTransmission]

    /// - Parameters:
    ///   - uplinks: in the order of their starts.
    ///   - region: its name.
    package init(_ uplinks: [AirTransmission], region: String) {
        self.uplinks = uplinks
        bands = AirTimeLaw.bands(ofRegion: region)
    }

    var total: TimeSpan { uplinks.reduce(.zero) { $0 + $1.airTime } }

    /// The most that any sliding hour holds, of each sub-band that was used.
    package var busiestHours: [(band: AirTimeLaw.Band, airTime: TimeSpan)] {
        bands.compactMap { band in
            let frames = uplinks.filter { band.hertz.contains($0.frequency) }
            return frames.isEmpty ? nil : (band, Self.busiest(.hours(1), of: frames))
        }
    }

    /// The most that any 24 hours hold. Join-requests have a limit of their own and are no part of it.
    package var busiestDay: TimeSpan {
        Self.busiest(.hours(24), of: uplinks.filter { ($0.payload.first ?? 0) >> 5 != 0 })
    }

    /// Where the law is broken, in words.
    package var violations: [String] {
        var texts: [String] = []
        for (band, airTime) in busiestHours {
            guard let limit = band.hourlyLimit, airTime > limit else { continue }
            texts.append("\(airTime) within an hour at \(band.name), the law allows \(limit)")
        }
        for band in bands {
            let longest = uplinks.filter { band.hertz.contains($0.frequency) }.map(\.airTime).max()
            guard let limit = band.dwell, let longest, longest > limit else { continue }
            texts.append("a frame of \(longest) at \(band.name), the law allows \(limit)")
        }
        let strays = uplinks.count { frame in !bands.contains { $0.hertz.contains(frame.frequency) } }
        if strays > 0 { texts.append("\(strays) frames outside of the bands") }
        return texts
    }

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
