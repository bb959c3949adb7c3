import MeterValues
import Testing
import UplinkPayload

/// Sums of intervals reports, as they go on the air.
@Suite struct ParityFrameTests {
    /// Multiplication by its definition: of polynomials, and the rest of a division.
    private func product(_ a: Int, _ b: Int) -> Int {
        var sum = (0..<8).reduce(0) { $0 ^ (b >> $1 & 1 == 1 ? a << $1 : 0) }
        for bit in (8..<16).reversed() where sum >> bit & 1 == 1 { sum ^= 0x11D << (bit - 8) }
        return sum
    }

    @Test func `the field multiplies as its polynomial says, and each number but zero has an inverse`() {
        for a in 0..<256 {
            for b in 0..<256 {
                #expect(Int(GaloisField.product(UInt8(a), UInt8(b))) == product(a, b))
            }
            let inverse = GaloisField.inverse(UInt8(a))
            #expect(inverse.map { GaloisField.product(UInt8(a), $0) } == (a == 0 ? nil : 1))
        }
    }

    @Test func `a frame says which uplinks it is a sum of, wherever their counters stand`() throws {
        for counter: UInt32 in [20, 21, 255, 256, 70_000, .max] {
            let counters: [UInt32] = [counter - 20, counter - 15, counter - 7, counter - 1]
            let sources = counters.map { ParitySource(counter: $0, payload: [7, 1, 2, UInt8($0 & 255)]) }
            let frame = try #require(ParityFrame(sources.shuffled(), counter: counter))
            let read = try ParityFrame(frame.encode(), counter: counter)
            #expect(read == frame && read.counters == counters)
        }
    }

    @Test func `what is further back than a frame can name, or not before it, is left out of the sum`() {
        let near = ParitySource(counter: 121, payload: [1, 2, 3, 4]), old = ParitySource(counter: 101, payload: [9, 9])
        let later = ParitySource(counter: 122, payload: [8])
        #expect(ParityFrame([old, near, later], counter: 122) == ParityFrame([near], counter: 122))
        #expect(ParityFrame([near], counter: 122) != nil)
        #expect(ParityFrame([old], counter: 122) == nil && ParityFrame([], counter: 1) == nil)
        #expect(ParityFrame([near, ParitySource(counter: 121, payload: [4])], counter: 122) == nil)
    }

    @Test func `a sum is two bytes longer than the longest of its reports`() throws {
        let sources = [20, 49, 31].enumerated().map {
            ParitySource(counter: UInt32($0.offset), payload: [UInt8](repeating: 5, count: $0.element))
        }
        #expect(try #require(ParityFrame(sources, counter: 3)).encode().count == 51)
        #expect(ParityFrame.longestSource(in: 51) == 49)
    }

    @Test func `what is no frame is an error, and a report before the first too`() throws {
        let frame = try #require(
            ParityFrame([3, 9].map { ParitySource(counter: $0, payload: [1, 2, 3, 4, 5]) }, counter: 10)
        ).encode()
        for count in 0..<6 {
            #expect(throws: DecodeError.self) { try ParityFrame(Array(frame.prefix(count)), counter: 10) }
        }
        #expect(throws: DecodeError.wrongVersion(2, of: "the parity")) {
            try ParityFrame([frame[0] ^ 0x30] + frame.dropFirst(), counter: 10)
        }
        for counter: UInt32 in 0..<7 {
            #expect(throws: DecodeError.self) { try ParityFrame(frame, counter: counter) }
        }
        #expect(throws: Never.self) { try ParityFrame(frame, counter: 7) }
    }
}
