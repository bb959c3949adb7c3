/// A sum over the last intervals reports, each with a factor of its own: of as many frames lost as there are such sums, all can
/// be computed, whichever they are.
///
/// The factors are those of a Cauchy matrix over GF(2^8): each square part of one can be inverted, so that no sum is in vain
/// as long as each holds all that is lost. Reports stay decodable alone; who keeps no state can make nothing of a sum.
public struct ParityFrame: Hashable, Sendable {
    /// The frame counter of the uplink that brings it: its factors are of this.
    public let counter: UInt32
    /// Those of the reports that were added up, rising.
    public let counters: [UInt32]
    /// The sum.
    package let sum: [UInt8]

    /// Frame counters before its own that a frame can name.
    public static let reach: UInt32 = 20
    /// Bytes before the sum.
    private static let headerLength = 3

    /// Adds reports up.
    /// - Parameters:
    ///   - sources: those that the frame can't name are left out. Nil when none is left, or two have the same counter.
    ///   - counter: of the uplink that is to bring it.
    public init?(_ sources: [ParitySource], counter: UInt32) {
        let named = sources.filter { $0.counter < counter && counter - $0.counter <= Self.reach }
            .sorted { $0.counter < $1.counter }
        guard !named.isEmpty, Set(named.map(\.counter)).count == named.count else { return nil }
        self.counter = counter
        counters = named.map(\.counter)
        sum = named.reduce(into: []) { sum, source in
            GaloisField.add(Self.factor(counter, of: source.counter), times: source.symbol, to: &sum)
        }
    }

    /// Of a report in the sum of the uplink with this counter.
    package static func factor(_ counter: UInt32, of source: UInt32) -> UInt8 {
        // Never of zero: of the two one has the highest bit and the other has not.
        GaloisField.inverse(UInt8(128 + counter & 127) ^ UInt8(source & 127)) ?? 1
    }

    /// FRMPayload of ``ReportKind/parity``: as long as the longest of the reports, and two bytes more.
    public func encode() -> [UInt8] {
        var header = BitWriter()
        header.write(ReportKind.version, width: 4)
        header.write(counters.reduce(0) { $0 | 1 << UInt64(counter - $1 - 1) }, width: Int(Self.reach))
        return header.bytes + sum
    }

    /// Bytes that a report may have, so that sums of it fit a payload.
    public static func longestSource(in payload: Int) -> Int { payload - headerLength - ParitySource.overhead }
}

extension ParityFrame {
    /// How many frame counters before its own the reports in a sum have, the nearest first.
    static func distances(_ payload: [UInt8]) throws(DecodeError) -> [UInt32] {
        var reader = try PayloadReader(payload)
        try reader.version(of: "the parity")
        let mask = try reader.number(Int(reach))
        guard reader.bytesLeft > ParitySource.checkLength else { throw .tooShort(payload.count) }
        return (1...reach).filter { mask >> UInt64($0 - 1) & 1 == 1 }
    }

    /// - Parameters:
    ///   - payload: FRMPayload.
    ///   - counter: of the uplink that brought it.
    public init(_ payload: [UInt8], counter: UInt32) throws(DecodeError) {
        let distances = try Self.distances(payload)
        guard distances.allSatisfy({ $0 <= counter }) else { throw .unknownNumber(Int(counter), in: "frame counter") }
        self.counter = counter
        counters = distances.reversed().map { counter - $0 }
        sum = Array(payload.dropFirst(Self.headerLength))
    }
}
