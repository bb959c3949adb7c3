import HardwareSimulators
import LoRaWAN
import RadioDrivers
import Testing
import Timekeeping
import UplinkBridge

@testable import BridgeStore

/// A carrier for measurements, from the command line: paid from the account in the state file, and always off at the end.
@Suite struct CarrierBenchTests {
    private static let order = Carrier(frequency: 868_300_000, power: 20, duration: .seconds(20))

    private func bench(_ doctor: DoctorBench) throws -> RadioBench {
        try RadioBench(
            doctor.configuration(), radio: doctor.makeRadio(), devices: doctor.devices(clock: doctor.world.clock))
    }

    @Test func `it has the power that the law allows, and the second one has to wait`() throws {
        let doctor = try DoctorBench()
        var begun: Carrier?
        let sent = try bench(doctor).radiate(Self.order, begun: { begun = $0 })
        #expect(sent.duration == .seconds(20) && sent.carrier == begun)
        #expect(doctor.air.carriers.map(\.power) == [sent.carrier.power] && sent.carrier.power < 20)
        #expect(doctor.air.carriers.first?.end != nil)
        let refusal = #expect(throws: TestRefusal.self) { try bench(doctor).radiate(Self.order) }
        #expect(refusal.map { "\($0)".contains("duty cycle") } == true)
        #expect(doctor.air.carriers.count == 1)
    }

    @Test func `a person may end it early; it counts as it was announced`() throws {
        let doctor = try DoctorBench()
        let stopsAt = doctor.world.now + .seconds(3)
        let sent = try bench(doctor).radiate(Self.order, isStopped: { doctor.world.now >= stopsAt })
        #expect(sent.duration < .seconds(5))
        #expect(doctor.air.carriers.map(\.end) == [doctor.world.now])
        let spent = try SpentAirTime(
            statePath: doctor.statePath, region: .eu868, clock: doctor.world.clock)?.lastHour.map(\.spent).max()
        #expect(try #require(spent) == .seconds(20))
    }

    @Test func `a chip that loses its supply meanwhile is reported`() throws {
        let doctor = try DoctorBench()
        doctor.world.schedule(after: .seconds(4)) { doctor.chip.brownOut() }
        let error = #expect(throws: RadioError.self) { try bench(doctor).radiate(Self.order) }
        #expect(error?.message.contains("supply") == true)
        #expect(doctor.air.carriers.first?.end != nil)
    }
}
