import BridgeConfiguration
import BridgeStore
import FoundationEssentials
import HardwareSimulators
import LoRaWAN
import MeterValues
import RadioDrivers
import SmartMeter
import Timekeeping
import UplinkBridge

/// What the bridge writes on the disk, by the kernel's count for this process, and what its file comes to.
enum DiskBenchmark {
    static func run() throws {
        try pulses()
        for meters in [1, 8] { try day(meters: meters) }
        try years()
    }

    private static func inFolder(_ body: (String) throws -> Void) throws {
        // Not /tmp, which may be memory: nothing would be counted.
        let folder = URL(filePath: FileManager.default.currentDirectoryPath)
            .appending(path: ".build/p1lora-benchmark-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.appending(path: "state.db").path)
    }

    private static func pulses() throws {
        try inFolder { path in
            let store = try StateStore(path: path, devEUI: DevEUI(rawValue: 1))
            guard let input = PulseInput(pulsesPerUnit: 1_000) else { return }
            var counter = PulseCounter(input)
            let (pulses, before) = (5_000, try writtenBytes())
            let time = try ContinuousClock().measure {
                for number in 0..<pulses {
                    let start = MonotonicInstant(nanoseconds: Int64(number) * 100_000_000)
                    counter.edge(active: true, at: start)
                    counter.edge(active: false, at: start + .milliseconds(30))
                    try store.save(pulses: ["garage": counter.state])
                }
            }
            let written = try writtenBytes() - before
            print("disk: \(pulses) pulses stored one by one: \(written / pulses) bytes and \(time / pulses) each")
        }
    }

    /// A day of the bridge's own loops in virtual time, after a day in which it has joined and its log has grown.
    private static func day(meters: Int) throws {
        try inFolder { path in
            let world = SimulatedWorld(startingAt: UTCInstant(secondsSince1970: 1_781_827_200))
            let lines = try (0..<meters).map { number in
                try MeterOnTerminal(
                    meter: SimulatedMeter(
                        household: HouseholdProfile(seed: UInt64(number)), sealer: nil, startingAt: world.clock.utc),
                    world: world)
            }
            let configuration = try BridgeConfiguration(text: text(lines.map(\.terminal.path), state: path))
            let air = Air(world: world, seed: 1)
            let server = NetworkServer(clock: world.clock)
            let gateway = SimulatedGateway(air: air, server: server)
            guard case .overTheAir(let joinEUI, let appKey) = configuration.lorawan.activation else { return }
            try server.register(
                devEUI: configuration.lorawan.devEUI.rawValue, joinEUI: joinEUI.rawValue, appKey: appKey)
            let chip = SX1276Simulator(world: world, air: air)
            chip.recordsAccesses = false
            let radio = SX127x(bus: chip, reset: chip.resetPin, dio0: chip.dio0) { world.run(until: world.now + $0) }
            let store = try StateStore(path: path, devEUI: configuration.lorawan.devEUI)
            let commons = try BridgeCommons(configuration, store: store, clock: world.clock)
            var device = configuration.lorawan.deviceConfiguration(radio: .simulated, randomSeed: 1)
            device.dataRate = DataRate(3)
            let link = try LoRaWANLink(
                configuration: device, radio: radio, store: store, clock: NetworkClock(world.clock)
            ) { _ in }
            let uplinks = UplinkLoop(commons, link: link, clock: world.clock) { _ in }
            let readers = try MeterLoop(commons, clock: world.clock) { _, _ in }
            for line in lines { line.start() }
            func run(for span: TimeSpan) {
                let end = world.now + span
                while world.now < end {
                    readers.poll()
                    uplinks.poll()
                    let deadlines = [readers.nextDeadline, uplinks.nextDeadline, end].compactMap { $0 }
                    world.wait(for: [], until: deadlines.min())
                }
            }
            run(for: .hours(24))
            let (before, frames) = (try writtenBytes(), air.uplinks.count)
            run(for: .hours(24))
            let written = try writtenBytes() - before
            print("disk: a day of \(meters) meters and \(air.uplinks.count - frames) uplinks: \(written) bytes written")
            withExtendedLifetime(gateway) {}
        }
    }

    private static func text(_ paths: [String], state: String) -> String {
        let meters = paths.enumerated().map { number, path in
            "[[meter]]\nname = \"m\(number)\"\ninput = \"\(path)\"\n"
        }
        return meters.joined() + """
            [lorawan]
            join_eui = "0000000000000001"
            dev_eui = "70B3D57ED0000001"
            app_key = "2B7E151628AED2A6ABF7158809CF4F3C"
            [radio]
            type = "simulated"
            [[report]]
            kind = "intervals"
            every = "1h"
            fields = ["1-0:1.8.0", "1-0:2.8.0"]
            [state]
            path = "\(state)"
            """
    }

    /// 400 days of six registers of eight meters.
    private static func years() throws {
        try inFolder { path in
            let codes = (1...4).map { OBISCode(1, 0, $0, 8, 0) } + [OBISCode(0, 1, 24, 2, 1), OBISCode(1, 0, 1, 8, 1)]
            let (days, first) = (Int64(400), Int64(200_000))
            let clock = ContinuousClock()
            do {
                let store = try StateStore(path: path, devEUI: DevEUI(rawValue: 1))
                for day in 0..<days {
                    let boundaries = first + day * 96..<first + day * 96 + 96
                    for meter in 0..<8 {
                        let entries = boundaries.flatMap { boundary in
                            codes.map { MeterMemory.Entry($0, at: boundary, value: boundary * 97) }
                        }
                        try store.save(MeterMemory(), entries, ofMeter: "m\(meter)")
                    }
                }
            }
            var store: StateStore?
            let opening = try clock.measure { store = try StateStore(path: path, devEUI: DevEUI(rawValue: 1)) }
            guard let store else { return }
            let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
            print(
                "disk: \(days) days of 8 meters with \(codes.count) registers: \(size / 1_000_000) MB, opened in \(opening)"
            )
            let newest = QuarterHour(number: first + days * 96 - 1)
            func measure(_ name: String, _ body: () throws -> Void) rethrows {
                let time = try clock.measure { for _ in 0..<20 { try body() } }
                print("disk: \(name): \(time / 20)")
            }
            try measure("the newest boundary of a meter") { _ = try store.newestBoundary(ofMeter: "m3") }
            try measure("a register's last day") {
                _ = try store.intervals(
                    ofMeter: "m3", code: codes[0], in: QuarterHour(number: newest.number - 96)...newest)
            }
            try measure("a register's 400 days") {
                _ = try store.intervals(ofMeter: "m3", code: codes[0], in: QuarterHour(number: first)...newest)
            }
            var next = newest
            try measure("a quarter-hour stored, and an old one let go of") {
                next = next.next
                let entries = codes.map { MeterMemory.Entry($0, at: next.number, value: 0) }
                try store.save(MeterMemory(), entries, ofMeter: "m3")
            }
        }
    }

    private static func writtenBytes() throws -> Int {
        let text = try String(contentsOf: URL(filePath: "/proc/self/io"), encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.hasPrefix("write_bytes") }
        return line?.split(separator: " ").last.flatMap { Int($0) } ?? 0
    }
}

extension MeterMemory.Entry {
    fileprivate init(_ code: OBISCode, at boundary: Int64, value: Int64) {
        self.init(
            code: code, interval: IntervalEntry(boundary: QuarterHour(number: boundary), value: value, series: 0))
    }
}
