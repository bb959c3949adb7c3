import FoundationEssentials
import LoRaWAN
import SmartMeter
import Timekeeping
import UplinkBridge

/// What storing a pulse writes on the disk, by the kernel's count for this process.
enum DiskBenchmark {
    static func run() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "p1lora-benchmark-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try StateStore(path: folder.appending(path: "state.db").path, devEUI: DevEUI(rawValue: 1))
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

    private static func writtenBytes() throws -> Int {
        let text = try String(contentsOf: URL(filePath: "/proc/self/io"), encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.hasPrefix("write_bytes") }
        return line?.split(separator: " ").last.flatMap { Int($0) } ?? 0
    }
}
