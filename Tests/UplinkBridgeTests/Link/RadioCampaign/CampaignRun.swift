import HardwareSimulators
import LoRaWAN
import RadioDrivers
import TestSupport
import Timekeeping
import UplinkPayload

@testable import BridgeConfiguration
@testable import UplinkBridge

/// The whole bridge in virtual time: planner, MAC, store, driver, chip, air, gateway and network server.
final class CampaignRun {
    private static let configuration = TestConfiguration.minimal
        .replacing("app_key =", with: "daily_airtime = \"off\"\napp_key =")
        .replacing("[[report]]", with: "[[report]]\nevery = \"30s\"")
        .replacing("[\"1-0:1.8.0\"]", with: "[\"1-0:1.8.0\", { obis = \"1-0:1.7.0\", resolution = 0.001 }]")
    /// Of the downlinks, and of the long uplinks.
    private static let port: UInt8 = 99
    /// How long the bridge may take to be well again.
    private static let patience = TimeSpan.minutes(2)

    let bench: UplinkBench
    private let scene: RadioScene
    private let devEUI: UInt64
    private var faultOver: MonotonicInstant?
    /// What was sent to the application: each is another.
    private var offered: [[UInt8]] = []
    /// Downlinks of the application, with their times.
    private var delivered: [(payload: [UInt8], at: MonotonicInstant)] = []
    /// Transfers at the end of each uplink.
    private var marks: [Int] = []
    /// From the end of the fault to the first uplink that arrives, and to the first downlink.
    private(set) var silence = TimeSpan.zero
    private(set) var deafness = TimeSpan.zero

    init(_ scene: RadioScene) throws {
        self.scene = scene
        bench = try UplinkBench(Self.configuration, board: scene.board, deviceClass: scene.deviceClass)
        devEUI = bench.link.configuration.lorawan.devEUI.rawValue
        if scene.plot == .secondWindow { bench.link.server.setWindow(.receive2, for: devEUI) }
        bench.link.server.onUplink = { [unowned self] in serve($0) }
        bench.link.onEvent = { [unowned self] event in
            if case .downlink(let downlink) = event { delivered.append((downlink.payload, bench.world.now)) }
        }
    }

    /// - Returns: the transfers at which the scene plays.
    func measure() throws -> ClosedRange<Int> {
        bench.post(1)
        bench.run(for: .minutes(3))
        let (first, last) = (scene.uplinks.lowerBound, scene.uplinks.upperBound)
        guard marks.count > last else { return 0...0 }
        // The last uplink's windows too, as far as no other uplink follows them.
        return (first == 0 ? 1 : marks[first - 1])...min(marks[last - 1] + 60, marks[last])
    }

    /// What the network does with an uplink, ahead of its answer.
    private func serve(_ uplink: DeliveredUplink) {
        marks.append(bench.chip.transfers)
        switch scene.plot {
        case .plain: break
        case .secondWindow, .downlinks: offer(bytes: 5)
        case .fsk:
            guard uplink.dataRate == 7 else {
                return bench.link.server.enqueue(commands: RadioScene.ordersToFSK, for: devEUI)
            }
            offer(bytes: 100)
            if uplink.port != Self.port {
                bench.world.schedule(after: .seconds(6)) { [unowned self] in
                    guard bench.loop.link.isReady else { return }
                    try? bench.loop.link.send(Uplink(port: Self.port, payload: [UInt8](repeating: 7, count: 150)))
                }
            }
        case .classC: bench.world.schedule(after: .seconds(10)) { [unowned self] in offerNow() }
        }
    }

    private func offer(bytes: Int) {
        let number = UInt16(offered.count)
        offered.append([UInt8(number >> 8), UInt8(number & 0xFF)] + [UInt8](repeating: 0xA5, count: bytes - 2))
        bench.link.server.enqueue(QueuedDownlink(port: Self.port, payload: offered[Int(number)]), for: devEUI)
    }

    private func offerNow() {
        offer(bytes: 5)
        bench.link.gateway.sendContinuous(to: devEUI)
    }

    /// - Returns: what was not as it should be.
    func findings(_ fault: RadioFault, at step: Int) throws -> [String] {
        let (chip, world) = (bench.chip, bench.world)
        var findings: [String] = []
        bench.post(1)
        chip.beforeTransfer = { [unowned self] number in
            guard number == step else { return }
            fault.begin(on: chip)
            world.schedule(after: RadioFault.duration) { [unowned self] in
                fault.end(on: chip)
                if fault.lasts, !scene.board.reset {
                    if !isReported("reset line is not wired"), !isReported("NRST") {
                        findings.append("nobody was told that the chip hangs and can't be reset")
                    }
                    // Somebody switches the power off and on.
                    chip.brownOut()
                }
                faultOver = world.now
                bench.post(1_234)
            }
        }
        let end = world.now + .minutes(8)
        while faultOver == nil, world.now < end { bench.run(for: .seconds(10)) }
        guard let faultOver else { return ["the transfer was never reached"] }
        bench.run(for: faultOver + Self.patience + .seconds(30) - world.now)
        let sound = bench.link.air.uplinks.filter { !$0.isCorrupt && $0.start >= faultOver }
        silence = (sound.first?.start ?? world.now) - faultOver
        if silence > Self.patience { findings.append("silent for \(silence) after the fault") }
        if try bench.received(.readings).last?.contains("1.234") != true {
            findings.append("the reading after the fault did not arrive")
        }
        if !fault.mayBreakRules { findings += chip.violations }
        // Noise that turned the carrier's bits over can be read back from an SX127x's registers alone.
        let mayStray = fault.mayBreakRules && scene.family == "sx126x"
        return findings + downlinks(since: faultOver) + accounts(mayStray: mayStray)
    }

    private func isReported(_ text: String) -> Bool {
        bench.link.events.contains {
            if case .radioFailed(let error, _) = $0 { error.message.contains(text) } else { false }
        }
    }

    private func downlinks(since faultOver: MonotonicInstant) -> [String] {
        guard scene.hasDownlinks else { return [] }
        var findings: [String] = []
        deafness = (delivered.first { $0.at >= faultOver }?.at ?? bench.world.now) - faultOver
        if deafness > Self.patience { findings.append("deaf for \(deafness) after the fault") }
        let payloads = delivered.map(\.payload)
        if Set(payloads).count != payloads.count { findings.append("a downlink was delivered twice") }
        if !Set(offered).isSuperset(of: payloads) { findings.append("a downlink was delivered that nobody sent") }
        return findings
    }

    /// Counters, nonces and the law, over all that was on the air.
    private func accounts(mayStray: Bool) -> [String] {
        var findings: [String] = []
        var frames: [UInt16: [UInt8]] = [:]
        var nonces: Set<[UInt8]> = []
        var session: [UInt8] = []
        var spent: [Int: TimeSpan] = [:]
        let region = Region.eu868
        for uplink in bench.link.air.uplinks {
            // A run is shorter than the hour in which the law counts.
            spent[region.subBand(of: uplink.frequency) ?? -1, default: .zero] += uplink.airTime
            let bytes = uplink.payload
            // What was broken off nobody can read; it is air-time all the same.
            if uplink.isCorrupt { continue }
            if bytes.first == 0x00, bytes.count == 23 {
                if !nonces.insert(Array(bytes[17..<19])).inserted { findings.append("a DevNonce was used twice") }
            } else if bytes.count > 12 {
                if Array(bytes[1..<5]) != session { (session, frames) = (Array(bytes[1..<5]), [:]) }
                let counter = UInt16(bytes[6]) | UInt16(bytes[7]) << 8
                if let other = frames[counter], other != bytes { findings.append("counter \(counter) was used twice") }
                frames[counter] = bytes
            }
        }
        for carrier in bench.link.air.carriers {
            // An FSK packet's end that could not be told to the chip: as long as the fault lasts.
            spent[region.subBand(of: carrier.frequency) ?? -1, default: .zero] += min(
                carrier.duration(until: bench.world.now), .milliseconds(50))
            if carrier.end == nil { findings.append("the chip was left on the air") }
        }
        for (band, span) in spent {
            guard region.subBands.indices.contains(band) else {
                if !mayStray { findings.append("sent outside of every sub-band") }
                continue
            }
            if span > region.subBands[band].hourlyLimit { findings.append("more than the law allows: \(span)") }
        }
        if bench.link.server.rejected.contains(where: { if case .oldCounter = $0.reason { true } else { false } }) {
            findings.append("the server saw an old counter")
        }
        return findings
    }
}
