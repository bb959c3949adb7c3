import BridgePlanning
import LoRaWAN
import Testing
import Timekeeping

@Suite struct PayloadRoomTests {
    /// Air-time in steps of five bytes, behind some of the MAC's.
    private func airTime(_ options: Int, _ repetitions: Int64 = 1) -> (Int) -> TimeSpan {
        { .milliseconds(Int64((($0 + options) + 4) / 5) * 100 * repetitions) }
    }

    @Test func `a room that is kept is never another than one made anew`() {
        var last = LastRoom()
        for (largest, rate) in [(51, 0), (51, 0), (40, 0), (51, 3)] as [(Int, UInt8)] {
            for repetitions in [1, 2, 1] as [Int64] {
                for options in [0, 0, 1, 0, 2, 7, 15, 3] {
                    let airTime = airTime(options, repetitions)
                    #expect(
                        last.room(largest: largest, dataRate: DataRate(rate), airTime: airTime)
                            == PayloadRoom(largest: largest, airTime: airTime), "\(largest) \(options) \(repetitions)")
                }
            }
        }
    }

    @Test func `the same room costs few computations`() {
        var (last, count) = (LastRoom(), 0)
        for _ in 0..<10 {
            _ = last.room(largest: 222, dataRate: DataRate(5)) {
                count += 1
                return airTime(0)($0)
            }
        }
        #expect(count < 222 + 10 * 10)
    }
}
