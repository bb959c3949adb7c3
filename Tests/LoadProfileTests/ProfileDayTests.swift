import LoadProfile
import Testing

@Suite struct ProfileDayTests {
    private func day(_ states: [Int: BoundaryState]) -> ProfileDay {
        var day = ProfileDay()
        for (slot, state) in states { day[slot] = state }
        return day
    }

    @Test func `a day comes back as it was stored`() throws {
        var full = ProfileDay()
        for slot in 0..<96 { full[slot] = .value(12_345_678 + Int64(slot * slot) * 37) }
        let days = [
            ProfileDay(), full, day([0: .value(0), 95: .value(.max)]), day([3: .unknown, 4: .value(7), 5: .value(2)]),
        ]
        for day in days { #expect(try ProfileDay(stored: day.stored) == day) }
    }

    @Test func `a day of a household takes less than five bytes a value`() {
        var day = ProfileDay()
        var register: Int64 = 53_800_000
        for slot in 0..<96 {
            register += Int64(50 + slot * 37 % 900)
            day[slot] = .value(register)
        }
        #expect(day.stored.count < 96 * 5 / 2)
    }

    @Test func `damaged bytes are refused and never crash`() throws {
        let good = day([1: .value(500), 2: .unknown, 90: .value(4)]).stored
        for cut in 0..<good.count {
            #expect(throws: ProfileError.damagedDay) { try ProfileDay(stored: Array(good[..<cut])) }
        }
        #expect(throws: ProfileError.damagedDay) { try ProfileDay(stored: good + [0]) }
        var random = Xorshift(state: 7)
        for _ in 0..<2_000 {
            let bytes = (0..<Int.random(in: 0..<60, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            _ = try? ProfileDay(stored: bytes)
        }
    }

    @Test func `a place beyond the day is not there`() {
        var day = ProfileDay()
        day[96] = .value(1)
        day[-1] = .value(1)
        #expect(day == ProfileDay() && day[96] == .unheard)
    }
}
