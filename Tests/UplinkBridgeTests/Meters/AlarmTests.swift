import HardwareSimulators
import LoRaWAN
import MeterValues
import TestSupport
import Testing
import Timekeeping
import UplinkPayload

@testable import BridgeStore
@testable import UplinkBridge

@Suite struct AlarmTests {
    let start = MonotonicInstant(nanoseconds: 1_000_000_000)
    let utc = UTCInstant(secondsSince1970: 1_781_827_200)

    func reading(volts: [Int64] = [2_300], watts: Int64 = 0, breaker: Int64? = nil) -> Reading {
        var quantities: [OBISCode: Quantity] = [
            OBISCode(1, 0, 1, 7, 0): Quantity(coefficient: watts, decimals: 3, unit: .kilowatt)
        ]
        for (phase, value) in zip([32, 52, 72] as [UInt8], volts) {
            quantities[OBISCode(1, 0, phase, 7, 0)] = Quantity(coefficient: value, decimals: 1, unit: .volt)
        }
        if let breaker {
            quantities[OBISCode(0, 0, 96, 3, 10)] = Quantity(coefficient: breaker, decimals: 0, unit: .none)
        }
        return Reading(time: utc, quantities: quantities)
    }

    /// One reading each ten seconds.
    func alarms(_ readings: [Reading], limits: [AlarmLimit: Int]) -> [(second: Int, alarm: Alarm)] {
        var watch = AlarmWatch(meter: 2)
        return readings.enumerated().flatMap { index, reading in
            watch.take(reading, limits: limits, at: start + .seconds(10) * Int64(index), utc: utc)
                .map { (index * 10, $0) }
        }
    }

    @Test func `a voltage that leaves its limits is told once, with its phases and the worst, and its return once`() {
        let readings =
            [Reading](repeating: reading(volts: [2_300, 2_300, 2_300]), count: 3)
            + [
                reading(volts: [2_300, 2_050, 2_300]), reading(volts: [2_300, 1_900, 2_060]),
                reading(volts: [2_300, 2_000, 2_060]),
            ] + [Reading](repeating: reading(volts: [2_300, 2_310, 2_320]), count: 12)
        let told = alarms(readings, limits: [.underVoltage: 2_070, .overVoltage: 2_530])
        #expect(told.count == 2)
        #expect(
            told.first?.alarm
                == Alarm(
                    .underVoltage, meter: 2, isActive: true, phases: [.l2, .l3], time: utc, value: 1_900, limit: 2_070))
        #expect(told.last?.alarm.isActive == false)
        #expect(told.last.map { $0.second >= 120 } == true)
    }

    @Test func `a value that trembles at its limit makes one alarm`() {
        let readings = (0..<200).map { reading(volts: [$0 % 2 == 0 ? 2_531 : 2_529]) }
        let steady = [Reading](repeating: reading(volts: [2_540]), count: 5)
        #expect(alarms(readings, limits: [.overVoltage: 2_530]).isEmpty)
        #expect(alarms(steady + readings, limits: [.overVoltage: 2_530]).count == 1)
    }

    @Test func `a kettle is no alarm, a load that stays is one within half a minute`() {
        let kettle = [0, 12_000, 0, 0, 12_000, 0].map { reading(watts: $0) }
        #expect(alarms(kettle, limits: [.importPower: 1_100]).isEmpty)
        let load = [0, 12_000, 12_100, 12_000, 12_000, 12_000].map { reading(watts: $0) }
        let told = alarms(load, limits: [.importPower: 1_100])
        #expect(told.map(\.second) == [40])
        #expect(told.first?.alarm.value == 1_210)
    }

    /// Both directions as a meter shows them, in W; the registers that are nil are not there.
    private func flows(_ imported: Int64?, _ exported: Int64?, net: Int64? = nil) -> Reading {
        var quantities: [OBISCode: Quantity] = [:]
        for (c, watts) in [(1, imported), (2, exported), (16, net)] as [(UInt8, Int64?)] {
            quantities[OBISCode(1, 0, c, 7, 0)] = watts.map { Quantity(coefficient: $0, decimals: 3, unit: .kilowatt) }
        }
        return Reading(time: utc, quantities: quantities)
    }

    @Test func `a power's alarm is about the balance where both directions are known`() {
        let limits: [AlarmLimit: Int] = [.importPower: 1_200, .exportPower: 1_200]
        func told(_ reading: Reading) -> [Alarm] {
            alarms([Reading](repeating: reading, count: 6), limits: limits).map(\.alarm)
        }
        for (imported, exported) in [(13_000, 14_000), (25_000, 13_001), (13_000, 13_000), (12_000, 0), (0, 0)]
            as [(Int64, Int64)]
        {
            #expect(told(flows(imported, exported)).isEmpty, "\(imported) \(exported)")
            #expect(told(flows(exported, imported)).isEmpty, "\(imported) \(exported)")
        }
        let drawn = told(flows(13_500, 0))
        #expect(drawn.map(\.kind) == [.importPower] && drawn.first?.value == 1_350)
        let fed = told(flows(1_000, 14_250))
        #expect(fed.map(\.kind) == [.exportPower] && fed.first?.value == 1_325)
        #expect(told(flows(13_000, nil)).map(\.kind) == [.importPower])
        #expect(told(flows(nil, 13_000)).map(\.kind) == [.exportPower])
        #expect(told(flows(nil, nil, net: -13_000)).map(\.kind) == [.exportPower])
        #expect(told(flows(nil, nil, net: 13_000)).map(\.kind) == [.importPower])
    }

    @Test func `a phase that is lost is told, one that was never connected is not`() {
        let single = [Reading](repeating: reading(volts: [2_300, 0, 0]), count: 5)
        #expect(alarms(single, limits: [.underVoltage: 2_070]).isEmpty)
        let three =
            [reading(volts: [2_300, 2_300, 2_300])] + [Reading](repeating: reading(volts: [2_300, 2_300, 0]), count: 5)
        #expect(alarms(three, limits: [.underVoltage: 2_070]).first?.alarm.phases == .l3)
    }

    @Test func `a switch is told when it changes, not when it is first seen`() {
        let told = alarms([1, 1, 0, 0, 1].map { reading(breaker: $0) }, limits: [:])
        #expect(told.map(\.alarm.isActive) == [true, false])
        #expect(told.map(\.alarm.kind) == [.breaker, .breaker])
    }

    @Test func `without limits nothing is told`() {
        #expect(alarms([Reading](repeating: reading(volts: [0], watts: 99_000), count: 20), limits: [:]).isEmpty)
    }

    @Test func `an alarm goes before reports, confirmed, and again until it is acknowledged`() throws {
        let bench = try UplinkBench()
        bench.post()
        bench.run(for: .minutes(1))
        bench.link.air.lossProbability = 1
        bench.commons.alarms.put(Alarm(.overVoltage, meter: 0, isActive: true, time: utc, value: 2_540, limit: 2_530))
        bench.run(for: .minutes(3))
        #expect(try bench.received(.alarm).isEmpty)
        bench.link.air.lossProbability = 0
        bench.run(for: .minutes(30))
        let received = try bench.received(.alarm)
        #expect(received.count == 1)
        #expect(received.first?.contains("\"alarm\":\"over_voltage\"") == true)
    }

    @Test func `a meter that falls silent is an alarm, and its return too`() throws {
        let bench = try UplinkBench()
        let detector = AlarmDetector(
            settings: bench.commons.settings, mailbox: bench.commons.alarms, clock: bench.world.clock)
        #expect(detector.silenceLimit(ofMeter: 0) == .minutes(5))
        detector.note(.silent(.minutes(5)), ofMeter: 0)
        detector.note(.returned(.minutes(65)), ofMeter: 0)
        let alarms = bench.commons.alarms.take()
        #expect(alarms.map(\.isActive) == [true, false])
        #expect(alarms.map(\.value) == [5, 65])
    }

    @Test func `the outage that a meter counted while nobody listened is told`() throws {
        let folder = try TemporaryFolder()
        let store = try StateStore(path: folder.path("state.db"), devEUI: .init(rawValue: 1))
        let clock = SimulatedWorld(startingAt: utc).clock
        func failures(_ count: Int64) -> Reading {
            Reading(
                time: utc,
                quantities: [OBISCode(0, 0, 96, 7, 21): Quantity(coefficient: count, decimals: 0, unit: .none)])
        }
        let recorder = MeterRecorder(name: "main", store: store)
        #expect(recorder.take(failures(4), clock: clock).powerHadFailed == false)
        #expect(recorder.take(failures(5), clock: clock).powerHadFailed)
        let again = MeterRecorder(name: "main", memory: try #require(try store.memory(ofMeter: "main")), store: store)
        #expect(again.take(failures(5), clock: clock).powerHadFailed == false)
        #expect(again.take(failures(7), clock: clock).powerHadFailed)
    }

    @Test func `the outages that another meter had counted before it was put in its place are none of here`() {
        func failures(_ count: Int64, meter: String) -> (Reading, String) {
            (
                Reading(
                    time: utc,
                    quantities: [OBISCode(0, 0, 96, 7, 21): Quantity(coefficient: count, decimals: 0, unit: .none)]),
                meter
            )
        }
        let recorder = MeterRecorder(name: "main", store: nil)
        let told = [
            failures(3, meter: "1"), failures(10, meter: "2"), failures(10, meter: "2"), failures(11, meter: "2"),
        ]
        .map { recorder.take($0, meter: $1, isDated: true).powerHadFailed }
        #expect(told == [false, false, false, true])
    }
}
