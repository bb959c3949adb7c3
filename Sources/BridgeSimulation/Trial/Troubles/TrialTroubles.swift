import HardwareInterfaces
import HardwareSimulators
import Timekeeping

/// What befalls a bridge in a simulation beside lost frames, all of it drawn from the seed: power cuts, also in the step in
/// which something was stored; a wrong date; meters that are silent or replaced; a radio that fails; a server that is
/// silent; a disk that takes nothing; garbage and old frames instead of answers; and changed settings.
struct TrialTroubles {
    /// What of it comes.
    enum Kind: CaseIterable {
        case powerCut, cutWhenStored, wrongDate, silentMeter, otherMeter, radioFault, silentServer, brokenDisk, settings
    }

    private var random: SeededRandom
    /// When nothing happens any more, so that what was delayed can arrive.
    let end: MonotonicInstant

    init(seed: UInt64, until end: MonotonicInstant) {
        random = SeededRandom(seed: seed ^ 0xD1B5_4A32_D192_ED03)
        self.end = end
    }

    /// The next trouble, and how long it is until then: about two a day.
    mutating func next() -> (after: TimeSpan, kind: Kind) {
        let span = TimeSpan.seconds(Int64.random(in: 60...86_400, using: &random))
        return (span, Kind.allCases.randomElement(using: &random) ?? .powerCut)
    }

    /// Most are short, some take half a day.
    mutating func length() -> TimeSpan {
        let longest = [120, 3_600, 43_200].randomElement(using: &random) ?? 120
        return .seconds(Int64.random(in: 1...Int64(longest), using: &random))
    }

    mutating func chance(_ part: Int) -> Bool { Int.random(in: 0..<part, using: &random) == 0 }

    mutating func number(in range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    mutating func bytes(_ range: ClosedRange<Int>) -> [UInt8] {
        (0..<Int.random(in: range, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    mutating func fault() -> SX1276Simulator.Faults {
        var faults = SX1276Simulator.Faults()
        switch Int.random(in: 0..<4, using: &random) {
        case 0: faults.stuckTransmissions = 1
        case 1: faults.stuckReceptions = 2
        case 2: faults.busReads = [0x00, 0xFF].randomElement(using: &random)
        default:
            faults.busError = HardwareError(.failed(errno: 5), device: "/dev/spidev0.0", message: "input/output error")
        }
        return faults
    }
}
