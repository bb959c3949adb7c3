import Foundation
import HardwareInterfaces
import HardwareSimulators
import LoRaWAN
import Testing
import Timekeeping
import UplinkBridge
import UplinkPayload

/// A fault of the radio or its wires, begun at one SPI transfer of a join and of an uplink with its windows.
enum RadioFault: String, CaseIterable, CustomTestStringConvertible {
    case noPower, wireLoose, busRefuses, brownOut, oneBit, noise, hangsInTransmit, hangsInReceive, hangsInMode
    case deafToWrites, otherDevice, lostEdge, hotter

    var testDescription: String { rawValue }

    /// How long it lasts, where it does not end by itself.
    static let duration = TimeSpan.seconds(40)

    func begin(on chip: SX1276Simulator) {
        switch self {
        case .noPower: chip.faults.busReads = 0x00
        case .wireLoose: chip.faults.busReads = 0xFF
        case .busRefuses:
            chip.faults.busError = HardwareError(.failed(errno: 5), device: "/dev/spidev0.0", message: "gone")
        case .brownOut: chip.brownOut()
        case .oneBit: chip.faults.noisyTransfers = 1
        case .noise: chip.faults.noisyTransfers = 100
        case .hangsInTransmit: chip.faults.stuckTransmissions = 1
        case .hangsInReceive: chip.faults.stuckReceptions = 1
        case .hangsInMode: chip.faults.ignoresModes = true
        case .deafToWrites: chip.faults.losesWrites = true
        case .otherDevice:
            chip.faults.version = 0x55
            chip.brownOut()
        case .lostEdge: chip.dio0.risingEdgesToLose = 1
        case .hotter: chip.temperature += 40
        }
    }

    func end(on chip: SX1276Simulator) {
        chip.faults.busReads = nil
        chip.faults.busError = nil
        chip.faults.losesWrites = false
        chip.faults.version = nil
        chip.faults.noisyTransfers = 0
        // With its power back the chip is as after a reset.
        if self == .noPower { chip.brownOut() }
    }

    /// A bit that turns over may write anything anywhere.
    var mayBreakRules: Bool { self == .oneBit || self == .noise || self == .deafToWrites }
}

/// The whole bridge in virtual time: planner, MAC, store, driver, chip, air, gateway and network server.
private final class CampaignRun {
    private static let configuration = ConfigurationTests.minimal
        .replacing("app_key =", with: "daily_airtime = \"off\"\napp_key =")
        .replacing("[[report]]", with: "[[report]]\nevery = \"30s\"")
        .replacing("[\"1-0:1.8.0\"]", with: "[\"1-0:1.8.0\", { obis = \"1-0:1.7.0\", resolution = 0.001 }]")

    let bench: UplinkBench
    private var faultOver: MonotonicInstant?
    /// Transfers from the start to the end of the first uplink's windows.
    private(set) var steps = 0
    private(set) var longestSilence = TimeSpan.zero

    init() throws {
        bench = try UplinkBench(Self.configuration)
        bench.chip.recordsAccesses = false
    }

    func measure() throws -> Int {
        bench.post(1)
        bench.link.server.onUplink = { [unowned self] _ in if steps == 0 { steps = bench.chip.transfers } }
        bench.run(for: .minutes(3))
        // A few more, for its windows.
        return steps + 60
    }

    /// - Returns: what was not as it should be.
    func findings(_ fault: RadioFault, at step: Int) throws -> [String] {
        let (chip, world) = (bench.chip, bench.world)
        bench.post(1)
        chip.beforeTransfer = { [unowned self] number in
            guard number == step else { return }
            fault.begin(on: chip)
            world.schedule(after: RadioFault.duration) { [unowned self] in
                fault.end(on: chip)
                faultOver = world.now
                bench.post(1_234)
            }
        }
        bench.run(for: .minutes(8))
        guard let faultOver else { return ["the transfer was never reached"] }
        var findings: [String] = []
        let sound = bench.link.air.uplinks.filter { !$0.isCorrupt && $0.start >= faultOver }
        longestSilence = (sound.first?.start ?? world.now) - faultOver
        if longestSilence > .minutes(2) { findings.append("silent for \(longestSilence) after the fault") }
        if try bench.received(.readings).last?.contains("1.234") != true {
            findings.append("the reading after the fault did not arrive")
        }
        if !fault.mayBreakRules { findings += chip.violations }
        return findings + accounts()
    }

    /// Counters, nonces and the law, over all that was on the air.
    private func accounts() -> [String] {
        var findings: [String] = []
        var frames: [UInt16: [UInt8]] = [:]
        var nonces: Set<[UInt8]> = []
        var session: [UInt8] = []
        var spent: [Bool: TimeSpan] = [:]
        for uplink in bench.link.air.uplinks {
            // Channels 868.x and 867.x, 36 s an hour each; a run is shorter.
            spent[uplink.frequency < 868_000_000, default: .zero] += uplink.airTime
            let bytes = uplink.payload
            if bytes.first == 0x00, bytes.count == 23 {
                if !nonces.insert(Array(bytes[17..<19])).inserted { findings.append("a DevNonce was used twice") }
            } else if bytes.count > 12 {
                if Array(bytes[1..<5]) != session { (session, frames) = (Array(bytes[1..<5]), [:]) }
                let counter = UInt16(bytes[6]) | UInt16(bytes[7]) << 8
                if let other = frames[counter], other != bytes { findings.append("counter \(counter) was used twice") }
                frames[counter] = bytes
            }
        }
        if spent.values.contains(where: { $0 > .seconds(36) }) {
            findings.append("more than 1 % of the time: \(spent)")
        }
        if bench.link.server.rejected.contains(where: { if case .oldCounter = $0.reason { true } else { false } }) {
            findings.append("the server saw an old counter")
        }
        return findings
    }
}

/// P1LORA_CAMPAIGN=full tries every transfer, which takes minutes; otherwise a few of them are tried for each fault.
@Suite struct RadioFaultCampaignTests {
    private static let isFull = ProcessInfo.processInfo.environment["P1LORA_CAMPAIGN"] == "full"

    @Test(arguments: RadioFault.allCases)
    func `whatever fails at whichever transfer, the bridge sends again within two minutes and reuses nothing`(
        fault: RadioFault
    ) throws {
        let last = try CampaignRun().measure()
        #expect(last > 150)
        let number = RadioFault.allCases.firstIndex(of: fault) ?? 0
        let stride = Self.isFull ? 1 : last / 3
        var longest = TimeSpan.zero
        for step in Swift.stride(from: Self.isFull ? 1 : 1 + number * stride / 13, through: last, by: stride) {
            let run = try CampaignRun()
            let findings = try run.findings(fault, at: step)
            #expect(findings == [], "\(fault) at transfer \(step)")
            longest = max(longest, run.longestSilence)
        }
        if Self.isFull { print("\(fault): \(last) transfers, silent for \(longest) at most") }
    }
}
