import HardwareSimulators
import LoRaWAN
import SmartMeter
import Testing
import Timekeeping
import UplinkBridge
import UplinkPayload

@Suite struct UplinkLoopTests {
    /// Reports every two seconds, on a network that allows 30 s of air-time a day.
    func run(for span: TimeSpan) throws -> (LinkBench, events: Int) {
        let bench = try LinkBench()
        let link = try bench.makeLink(seed: 1)
        let board = ReadingBoard()
        let code = OBISCode(1, 0, 1, 8, 0)
        let quantity = Quantity(coefficient: 1, decimals: 3, unit: .kilowattHour)
        board.post(
            Reading(time: bench.world.clock.utc, quantities: [code: quantity]), meter: 0, receivedAt: bench.world.now)
        board.close(meter: 0)
        let report = ReportConfiguration(
            kind: .readings, every: .seconds(2), meters: [0], layouts: bench.configuration.schema.layouts)
        let schedule = ReportSchedule(
            reports: [report], devEUI: bench.configuration.lorawan.devEUI.rawValue, at: bench.world.now)
        var rationed = 0
        let loop = UplinkLoop(link: link, schedule: schedule, board: board, clock: bench.world.clock) { event in
            if case .rationed = event { rationed += 1 }
        }
        let end = bench.world.now + span
        while bench.world.now < end {
            loop.poll()
            bench.world.wait(for: [], until: min(loop.nextDeadline ?? end, end))
        }
        return (bench, rationed)
    }

    @Test func `reports that are wanted all the time keep the day's air-time and leave no long silence`() throws {
        let (bench, rationed) = try run(for: .hours(48))
        let frames = bench.air.uplinks.filter { $0.payload.count != 23 }
        var first = 0
        var sum = TimeSpan.zero
        for frame in frames {
            sum += frame.airTime
            while frame.end - frames[first].start > .hours(24) {
                sum -= frames[first].airTime
                first += 1
            }
            #expect(sum <= .seconds(30))
        }
        #expect(sum > .seconds(20))
        let gaps = zip(frames, frames.dropFirst()).map { $1.start - $0.end }
        #expect(gaps.max().map { $0 < .hours(1) } == true, "\(gaps.max() ?? .zero)")
        #expect(rationed > 0)
    }
}
