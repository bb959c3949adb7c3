import Foundation
import HardwareInterfaces
import HardwareSimulators
import MeterValues
import SmartMeter
import TestSupport
import Testing
import Timekeeping

@testable import BridgeConfiguration
@testable import UplinkBridge

/// Pulse inputs without a GPIO: simulated, and from a file of time stamps.
@Suite struct TriedPulseTests {
    let world = SimulatedWorld(startingAt: UTCInstant(secondsSince1970: 1_781_827_200))
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func line(_ options: String) throws -> PulseLine {
        let configuration = try BridgeConfiguration(text: TestConfiguration.minimal + "\n[[pulse]]\n" + options)
        let pulse = try #require(configuration.pulses.first)
        return PulseLine(
            number: 1, input: pulse.input, saved: nil, isActiveLow: pulse.isActiveLow, at: world.now
        ) { [world] () throws(HardwareError) -> any EdgePin in try pulse.openPin(world.clock) }
    }

    private func recording(_ text: String) throws -> String {
        let path = folder.path("pulses.txt")
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return "line = \"\(path)\"\n"
    }

    /// Polls when the line asks for it, as the service does.
    @discardableResult private func run(_ line: PulseLine, for span: TimeSpan) -> [MeterEvent] {
        let end = world.now + span
        var events = line.poll(at: world.now)
        while let next = line.nextDeadline, next <= end {
            world.run(until: max(next, world.now))
            events += line.poll(at: world.now)
        }
        world.run(until: end)
        return events + line.poll(at: world.now)
    }

    @Test(arguments: [1, 2, 75, 640, 1_000, 10_000, 1_000_000], ["active = \"low\"", "active = \"high\""])
    func `simulated pulses are 500 W, or as many as the input can tell apart`(perUnit: Int, active: String) throws {
        let line = try line("line = \"simulated\"\nper_unit = \(perUnit)\ndebounce = \"1ms\"\n\(active)")
        // Both levels of a pulse outlast a bounce.
        let minutes = perUnit > 10_000 ? 4 : 240
        let wanted = min(perUnit * minutes / 120, minutes * 60_000 / 22)
        run(line, for: .minutes(Int64(minutes)))
        #expect(abs(Int(line.state.pulses) - wanted) <= 1 + wanted / 1_000)
        guard perUnit >= 2, perUnit < 100_000 else { return }
        let power = line.reading(at: UTCInstant(secondsSince1970: 1_781_827_200), now: world.now)
            .quantities[OBISCode(1, 0, 1, 7, 0)]
        #expect(power == Quantity(coefficient: 500, decimals: 3, unit: .kilowatt))
    }

    @Test func `a file's pulses come as far apart as its stamps are, once`() throws {
        let text = "# by hand\n1732800000.250 rising gpiochip0 24\n\n1732800001.25\r\n  1732800003.25\n1732800003.25\n"
        let line = try line(recording(text) + "per_unit = 1000")
        #expect(run(line, for: .milliseconds(990)).contains { if case .opened = $0 { true } else { false } })
        #expect(line.state.pulses == 1)
        run(line, for: .milliseconds(1_000))
        #expect(line.state.pulses == 2)
        // Two at the same time are one.
        let events = run(line, for: .seconds(5))
        #expect(line.state.pulses == 3)
        #expect(events.count { if case .ended = $0 { true } else { false } } == 1)
        #expect(run(line, for: .hours(1)).isEmpty && line.nextDeadline == nil)
    }

    @Test(arguments: [
        ("", "no time stamp is in it"), ("# nothing\n", "no time stamp is in it"),
        ("1\nx\n", "line 2 begins with no number"),
        ("1\n-2\n", "line 2"), ("2\n1.5\n", "line 2 is before"), ("0\n99999999999999999\n", "line 2"),
        ("0\n40000000\n", "more than a year"), ("rising 12.5\n", "line 1"), ("\u{0}\u{1}", "no time stamp"),
        ("\u{7F}\u{FF}", "line 1"),
    ])
    func `a file that is none of time stamps is refused with its line`(text: String, hint: String) throws {
        let line = try line(recording(text) + "per_unit = 1000")
        guard case .failed(let error, _) = line.poll(at: world.now).first else {
            Issue.record("taken: \(text)")
            return
        }
        #expect(error.description.contains(hint), "\(error)")
    }

    @Test func `a file that is not there is told, and waited for`() throws {
        let line = try line("line = \"\(folder.path("none.txt"))\"\nper_unit = 1000")
        guard case .failed(let error, let retryAt) = line.poll(at: world.now).first else {
            Issue.record("taken")
            return
        }
        #expect(error.reason == .notFound && line.nextDeadline == retryAt)
        _ = try recording("1\n")
        try FileManager.default.moveItem(atPath: folder.path("pulses.txt"), toPath: folder.path("none.txt"))
        #expect(run(line, for: .minutes(5)).contains { if case .opened = $0 { true } else { false } })
        #expect(line.state.pulses == 1)
    }
}
