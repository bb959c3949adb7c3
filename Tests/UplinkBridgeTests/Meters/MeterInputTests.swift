import Ciphers
import Foundation
import HardwareInterfaces
import HardwareSimulators
import LinuxHardware
import MeterValues
import SmartMeter
import Testing
import Timekeeping
import UplinkBridge

@Suite struct MeterInputTests {
    static let key = "00112233445566778899AABBCCDDEEFF"
    let world = SimulatedWorld(startingAt: UTCInstant(secondsSince1970: 1_781_827_200))

    func meter(_ world: SimulatedWorld) throws -> MeterOnTerminal {
        let meter = SimulatedMeter(
            household: HouseholdProfile(seed: 3), sealer: try FrameSealer(key: AES128Key(hex: Self.key)),
            startingAt: world.clock.utc)
        return try MeterOnTerminal(meter: meter, world: world)
    }

    func keys() throws -> MeterKeys { MeterKeys(encryptionKey: try AES128Key(hex: Self.key)) }

    @Test func `every telegram that a meter writes on a serial line is read, and its values are on the board`() throws {
        let meter = try meter(world)
        let path = meter.terminal.path
        let input = MeterInput(number: 0, device: path, keys: try keys(), at: world.now) {
            () throws(HardwareError) -> any SerialLine in try SerialPort(path: path)
        }
        let latestReadings = LatestReadings()
        var telegrams = 0
        let loop = MeterLoop(inputs: [input], latestReadings: latestReadings, clock: world.clock) { _, event in
            switch event {
            case .telegram: telegrams += 1
            case .problem(let problem): Issue.record("\(problem)")
            default: break
            }
        }
        meter.start()
        let end = world.now + .minutes(10)
        while world.now < end {
            loop.poll()
            world.wait(for: [], until: end)
        }
        #expect(telegrams >= 60)
        let reading = try #require(latestReadings.reading(meter: 0, at: world.now))
        let sample = try #require(meter.meter.samples.last { $0.time <= reading.time })
        #expect(
            reading.quantities[OBISCode(1, 0, 1, 8, 0)]?.coefficient(in: .wattHour, decimals: 0) == sample.energyImport)
    }

    @Test func `a line that can't be opened is tried again, at growing pauses, for ever`() throws {
        var attempts = 0
        let input = MeterInput(number: 0, device: "gone", keys: nil, at: world.now) {
            () throws(HardwareError) -> any SerialLine in
            attempts += 1
            throw HardwareError(.notFound, device: "gone", message: "gone")
        }
        var pauses: [TimeSpan] = []
        for _ in 0..<12 {
            let now = try #require(input.nextDeadline)
            for event in input.poll(at: now) {
                if case .failed(_, let retryAt) = event { pauses.append(retryAt - now) }
            }
        }
        #expect(attempts == 12)
        #expect(pauses.prefix(4) == [.seconds(1), .seconds(2), .seconds(4), .seconds(8)])
        #expect(pauses.last == .seconds(60))
    }

    @Test func `a line that hangs up in the middle of a telegram is reported and opened again`() throws {
        var terminal: PseudoTerminal? = try PseudoTerminal()
        var path = try #require(terminal?.path)
        let input = MeterInput(number: 0, device: "line", keys: nil, at: world.now) {
            () throws(HardwareError) -> any SerialLine in try SerialPort(path: path)
        }
        let telegram = LuxembourgTelegram().bytes(MeterRegisters(), at: world.clock.utc)
        #expect(input.poll(at: world.now).count == 1)
        try terminal?.write(Array(telegram.prefix(200)))
        #expect(input.poll(at: world.now).isEmpty)
        terminal = nil
        var isLost = false
        for event in input.poll(at: world.now) {
            if case .failed(let error, _) = event { isLost = error.reason == .disconnected }
        }
        #expect(isLost)
        terminal = try PseudoTerminal()
        path = try #require(terminal?.path)
        let later = try #require(input.nextDeadline)
        _ = input.poll(at: later)
        try terminal?.write(telegram)
        var telegrams = 0
        for event in input.poll(at: later) { if case .telegram = event { telegrams += 1 } }
        #expect(telegrams == 1)
    }

    @Test func `a port that another program reads is refused with that reason`() throws {
        let terminal = try PseudoTerminal()
        let first = try SerialPort(path: terminal.path)
        #expect(throws: HardwareError.self) { try SerialPort(path: terminal.path) }
        do {
            _ = try SerialPort(path: terminal.path)
        } catch {
            #expect(error.reason == .busy)
        }
        withExtendedLifetime(first) {}
    }

    @Test func `readings go stale, those of a file do not`() throws {
        let latestReadings = LatestReadings()
        let reading = Reading(time: world.clock.utc, quantities: [:])
        latestReadings.post(reading, meter: 0, receivedAt: world.now)
        latestReadings.post(reading, meter: 1, receivedAt: world.now)
        latestReadings.close(meter: 1)
        let later = world.now + LatestReadings.freshness + .seconds(1)
        #expect(latestReadings.reading(meter: 0, at: later) == nil)
        #expect(latestReadings.reading(meter: 1, at: later) != nil)
        #expect(latestReadings.reading(meter: 2, at: later) == nil)
    }
}
