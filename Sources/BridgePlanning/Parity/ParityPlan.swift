import Timekeeping
import UplinkPayload

/// What a bridge sends where frames are too few for repetitions and the server's collector can compute: each quarter-hour once,
/// in reports as full as can be, and between these sums of the last of them.
struct ParityPlan: Sendable {
    /// Reports that went out, rising.
    private var sources: [ParitySource] = []
    /// Since the newest of them.
    private var sums = 0
    /// Bytes of a payload when reports were found too short for what the server may lack. Larger ones come at faster data
    /// rates, at which repetitions may do again.
    private var shortOf: Int?

    /// When the collector last gave a sign, or sums began; nil before that.
    private var signAt: MonotonicInstant?
    /// No sign came for long: nobody computes.
    private var isAlone = false
    /// Whether sums begin with the next report.
    private var begins = false

    /// A sign comes once a day; of three one arrives even where half of all frames are lost, mostly.
    static let patience = TimeSpan.hours(72)
    /// Quarter-hours that were sent less often are put in reports: those that never were.
    static let copies = 0.5
    /// A payload that is shorter is left to the report.
    private static let shortest = 32

    /// Whether sums take the place of repetitions.
    var isOn: Bool { shortOf != nil && !isAlone }

    /// For people.
    var words: String {
        if isAlone { return "none: no word of the collector for three days, reports repeat again" }
        return isOn ? "in place of repetitions" : "none: reports have room for all that the server may lack"
    }

    /// Sums behind a report that wait for the next to be full; more would make what is new wait for nothing.
    private static func mostSums(loss: Double) -> Int { loss < 0.4 ? 2 : 4 }

    /// Whether another sum of what went out is worth sending.
    func wantsSum(loss: Double) -> Bool { isOn && !sources.isEmpty && sums < Self.mostSums(loss: loss) }

    /// - Parameter isFull: whether a report could not carry all that was never sent.
    /// - Returns: nil when a report is worth more, or none of those before it can be named any more.
    func sum(counter: UInt32, loss: Double, isFull: Bool) -> [UInt8]? {
        isFull || !wantsSum(loss: loss) ? nil : ParityFrame(sources, counter: counter)?.encode()
    }

    /// Bytes of a report.
    func largest(of payload: Int) -> Int {
        isOn && payload >= Self.shortest ? ParityFrame.longestSource(in: payload) : payload
    }

    /// Payloads are so long at the data rate in force.
    mutating func adopt(largestPayload: Int, at now: MonotonicInstant) {
        isAlone = signAt.map { now - $0 > Self.patience } ?? false
        if let shortOf, largestPayload > shortOf { self.shortOf = nil }
    }

    /// A report could not carry all that the server may lack.
    mutating func noteShort(largestPayload: Int, at now: MonotonicInstant) {
        guard !isOn, largestPayload >= Self.shortest else { return }
        shortOf = largestPayload
        signAt = signAt ?? now
        begins = isOn
    }

    /// Once, before the first report with sums behind it: what went out before is in none.
    mutating func takeBeginning() -> Bool {
        defer { begins = false }
        return begins && isOn
    }

    /// Somebody at the server looks for what is missing.
    mutating func noteCollector(at now: MonotonicInstant) { (signAt, isAlone) = (now, false) }

    /// A report goes out.
    mutating func note(_ source: ParitySource) {
        // Counters begin anew in another session.
        sources = sources.filter { $0.counter < source.counter && source.counter - $0.counter < ParityFrame.reach }
        sources.append(source)
        sums = 0
    }

    mutating func noteSum() { sums += 1 }
}
