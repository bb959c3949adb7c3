import HardwareInterfaces
import HardwareSimulators
import LoRaWAN
import RadioDrivers
import TestTags
import Testing
import Timekeeping

/// What an SX126x does for the MAC, and what becomes of it when something fails.
@Suite struct SX126xWorkTests {
    @Test(arguments: 7...12, [true, false])
    func `an uplink ends when the air says so, with and without DIO1`(factor: Int, withDIO1: Bool) throws {
        let bench = try SX126xBench(withDIO1: withDIO1).started()
        try bench.radio.transmit(RadioBench.uplink(sf: factor), at: bench.world.now)
        let ended = try #require(bench.nextEvent()?.transmittedAt)
        let sent = try #require(bench.air.uplinks.last)
        let payload = try RadioBench.uplink().payload
        #expect(sent.payload == payload && sent.syncWord == 0x34 && sent.preambleSymbols == 8)
        #expect(abs(ended - sent.end) <= (withDIO1 ? .zero : .milliseconds(6)))
        #expect(bench.radio.counters.lostEdges == 0 && bench.chip.violations == [])
    }

    @Test(arguments: 7...12, [true, false])
    func `a window hears a downlink that begins within it, and closes without one`(factor: Int, withDIO1: Bool) throws {
        let bench = try SX126xBench(withDIO1: withDIO1).started()
        let first = try bench.window(sf: factor)
        bench.downlink([9, 8], at: first.opensAt, sf: factor)
        #expect(bench.nextEvent()?.frame?.payload == [9, 8])
        let second = try bench.window(sf: factor)
        let symbol = AirTime.symbol(of: second.modulation)
        let closed = try #require(bench.nextEvent()?.closedAt)
        #expect(closed >= second.opensAt && closed < second.opensAt + symbol * 10 + .milliseconds(80))
        #expect(bench.radio.counters.lateWindows == 0 && bench.radio.counters.resets == 0)
        #expect(bench.chip.violations == [])
    }

    @Test func `a window as long as the widest margin fits the chip's counter`() throws {
        var lateness = WindowLateness()
        lateness.note(.seconds(3))
        let bench = try SX126xBench(margins: .init(lateness: lateness)).started()
        let window = try bench.window()
        let opens = try #require(bench.radio.nextDeadline)
        #expect(window.opensAt - opens >= .milliseconds(200))
        bench.downlink([1], at: window.opensAt)
        #expect(bench.nextEvent()?.frame?.payload == [1] && bench.chip.violations == [])
    }

    @Test func `a damaged frame closes the window, and one of others is reported`() throws {
        let bench = try SX126xBench().started()
        let window = try bench.window()
        bench.downlink(at: window.opensAt) {
            $0.isCorrupt = true
            $0.hasCRC = true
        }
        #expect(bench.nextEvent()?.closedAt != nil && bench.radio.counters.crcErrors == 1)
        #expect(bench.chip.violations == [])
    }

    @Test func `class C hears frame after frame, and leaves for a window in time`() throws {
        let bench = try SX126xBench().started()
        let modulation = try RadioBench.modulation(9)
        try bench.radio.listen(ContinuousReception(frequency: 869_525_000, modulation: modulation), at: bench.world.now)
        for number in UInt8(0)..<20 {
            bench.downlink([number, 1, 2, 3], at: bench.world.now + .milliseconds(100), frequency: 869_525_000, sf: 9)
            #expect(bench.nextEvent()?.frame?.payload == [number, 1, 2, 3])
        }
        let window = try bench.window()
        bench.downlink([77], at: window.opensAt)
        #expect(bench.nextEvent()?.frame?.payload == [77])
        #expect(bench.radio.counters.lateWindows == 0 && bench.chip.violations == [])
    }

    @Test(arguments: [true, false])
    func `FSK is sent and heard`(withDIO1: Bool) throws {
        let bench = try SX126xBench(withDIO1: withDIO1).started()
        for bytes in [1, 64, 255] {
            try bench.radio.transmit(
                Transmission(
                    payload: [UInt8](repeating: 5, count: bytes), frequency: 868_800_000, modulation: .fsk, power: 14),
                at: bench.world.now)
            #expect(bench.nextEvent()?.transmittedAt != nil && bench.air.uplinks.last?.payload.count == bytes)
            let window = ReceiveWindow(
                opensAt: bench.world.now + .seconds(1), frequency: 868_800_000, modulation: .fsk)
            try bench.radio.receive(window, at: bench.world.now)
            bench.air.transmit(
                AirTransmission(
                    fsk: [UInt8](repeating: 3, count: bytes), frequency: 868_800_000, isDownlink: true,
                    start: window.opensAt))
            #expect(bench.nextEvent()?.frame?.payload.count == bytes)
        }
        let window = ReceiveWindow(opensAt: bench.world.now + .seconds(1), frequency: 868_800_000, modulation: .fsk)
        try bench.radio.receive(window, at: bench.world.now)
        #expect(bench.nextEvent()?.closedAt != nil && bench.radio.counters.resets == 0)
        #expect(try bench.sends() && bench.chip.violations == [])
    }

    @Test func `a busy channel is left alone, and a free one is used`() throws {
        let bench = try SX126xBench().started()
        func sensing() throws -> Transmission {
            let frame = try RadioBench.uplink()
            return Transmission(
                payload: frame.payload, frequency: frame.frequency, modulation: frame.modulation, power: 14,
                carrierSense: CarrierSense(duration: .milliseconds(5), threshold: -100))
        }
        bench.downlink([UInt8](repeating: 1, count: 100), at: bench.world.now)
        try bench.radio.transmit(sensing(), at: bench.world.now)
        guard case .channelBusy(let strength, _) = bench.nextEvent() else {
            Issue.record("it was not busy")
            return
        }
        #expect(strength == -96 && bench.air.uplinks.isEmpty)
        bench.world.run(until: bench.world.now + .seconds(1))
        try bench.radio.transmit(sensing(), at: bench.world.now)
        #expect(bench.nextEvent()?.transmittedAt != nil && bench.chip.violations == [])
    }

    @Test func `a carrier lasts as long as was asked, and no longer`() throws {
        let bench = try SX126xBench().started()
        try bench.radio.radiate(
            Carrier(frequency: 868_300_000, power: 10, duration: .seconds(3)), at: bench.world.now)
        #expect(bench.nextEvent()?.transmittedAt != nil)
        let carrier = try #require(bench.air.carriers.last)
        #expect(abs(carrier.duration(until: bench.world.now) - .seconds(3)) < .milliseconds(1) && carrier.end != nil)
        #expect(carrier.power == 10 && bench.chip.violations == [])
        #expect(try bench.sends())
    }

    @Test func `what a person asks on the bench is answered`() throws {
        let bench = try SX126xBench().started()
        let now = bench.world.now
        #expect(try bench.radio.temperature(at: now) == nil)
        #expect(try bench.radio.registers(at: now).first { $0.address == 0x0740 }?.value == 0x34)
        let modulation = try RadioBench.modulation(8)
        #expect(try bench.radio.channelStrength(frequency: 868_100_000, modulation: modulation, at: now) == -117)
        #expect(try !bench.radio.hearsPreamble(frequency: 868_100_000, modulation: modulation, at: bench.world.now))
        #expect(try bench.radio.obeysReset(at: bench.world.now) == true)
        #expect(try bench.radio.raisesEdge(at: bench.world.now) == true)
        #expect(bench.chip.violations == [])
    }

    @Test func `another band gets a calibration of its own`() throws {
        let bench = try SX126xBench().started()
        for frequency in [868_100_000, 904_300_000, 904_500_000, 868_100_000] {
            try bench.radio.transmit(
                Transmission(payload: [1], frequency: frequency, modulation: try RadioBench.modulation(7), power: 14),
                at: bench.world.now)
            #expect(bench.nextEvent()?.transmittedAt != nil)
        }
        #expect(bench.chip.imageCalibrations == [[0xD7, 0xDB], [0xE1, 0xE9], [0xD7, 0xDB]])
        bench.world.run(until: bench.world.now + .hours(2))
        #expect(try bench.sends())
        #expect(bench.radio.counters.recalibrations == 1 && bench.chip.violations == [])
    }

    @Test func `an amplifier behind the chip is counted in`() throws {
        let bench = try SX126xBench(gain: 9).started()
        try bench.radio.transmit(RadioBench.uplink(power: 14), at: bench.world.now)
        #expect(bench.nextEvent()?.transmittedAt != nil && bench.air.uplinks.last?.power == 5)
    }

    // MARK: What is wrong with a board

    @Test func `a board that is not as configured is refused with what to do`() throws {
        let boards = [
            (SX126xBench(oscillator: nil, hasTCXO: true), "tcxo"),
            (SX126xBench(oscillator: .mv1800, hasTCXO: false), "tcxo"),
            (SX126xBench(part: .sx1262, identity: "SX1268 V2F 2F02"), "correct part"),
            (SX126xBench(part: .sx1268), "correct part"), (SX126xBench(identity: "LLCC68 V2D 2D02"), "correct part"),
            (SX126xBench(identity: "LR1121"), "another chip"),
        ]
        for (bench, words) in boards {
            let error = #expect(throws: RadioError.self) { try bench.radio.start(at: bench.world.now) }
            #expect(error?.message.contains(words) == true, "\(String(describing: error))")
        }
    }

    @Test func `wires that are missing are named`() throws {
        func message(_ change: (SX126xSimulator) -> Void) -> String {
            let bench = SX126xBench()
            change(bench.chip)
            return #expect(throws: RadioError.self) { try bench.radio.start(at: bench.world.now) }?.message ?? ""
        }
        #expect(message { $0.faults.hidesBusy = true }.contains("BUSY line stays low"))
        let stuck = message {
            $0.faults.isStuckBusy = true
            $0.faults.ignoresReset = true
        }
        #expect(stuck.contains("has been high"), "\(stuck)")
        #expect(message { $0.faults.busReads = 0 }.contains("MISO"))
        #expect(message { $0.faults.busReads = 0xFF }.contains("UART modem"))
        let bench = SX126xBench()
        bench.chip.faults.ignoresReset = true
        try bench.radio.start(at: bench.world.now)
        #expect(try bench.radio.obeysReset(at: bench.world.now) == false)
    }

    @Test func `an LLCC68 refuses what it can't do, and does what it can`() throws {
        let bench = try SX126xBench(part: .llcc68, identity: "LLCC68 V2D 2D02").started()
        let error = #expect(throws: RadioError.self) {
            try bench.radio.transmit(RadioBench.uplink(sf: 10), at: bench.world.now)
        }
        #expect(error?.message.contains("LLCC68") == true)
        try bench.radio.transmit(RadioBench.uplink(sf: 9), at: bench.world.now)
        #expect(bench.nextEvent()?.transmittedAt != nil && bench.chip.violations == [])
    }

    // MARK: What fails in use

    @Test func `a supply that dipped is found ahead of the next order, and while a window waits or a frame is sent`()
        throws
    {
        let bench = try SX126xBench().started()
        bench.chip.brownOut()
        bench.world.run(until: bench.world.now + .seconds(1))
        #expect(try bench.sends() && bench.radio.counters.brownOuts == 1)
        let window = try bench.window(sf: 9)
        bench.world.schedule(at: window.opensAt - .milliseconds(400)) { bench.chip.brownOut() }
        _ = bench.nextEvent()
        #expect(bench.radio.counters.brownOuts == 2)
        try bench.radio.transmit(RadioBench.uplink(), at: bench.world.now)
        bench.world.schedule(after: .milliseconds(30)) { bench.chip.brownOut() }
        #expect(bench.nextEvent()?.failure?.contains("supply") == true)
        #expect(try bench.sends() && bench.chip.violations == [])
    }

    @Test func `a chip that hangs is reset`() throws {
        let bench = try SX126xBench().started()
        bench.chip.faults.stuckTransmissions = 1
        try bench.radio.transmit(RadioBench.uplink(), at: bench.world.now)
        #expect(bench.nextEvent()?.failure?.contains("did not report the end") == true)
        bench.chip.faults.stuckReceptions = 1
        _ = try bench.window()
        #expect(bench.nextEvent(within: .seconds(60))?.failure != nil)
        bench.chip.faults.isStuckBusy = true
        let error = #expect(throws: RadioError.self) { try bench.sends() }
        #expect(error?.message.contains("BUSY line has been high") == true, "\(String(describing: error))")
        // As the MAC answers it.
        try bench.radio.start(at: bench.world.now)
        #expect(try bench.sends() && bench.chip.violations == [])
    }

    @Test func `an edge that is lost is made up for`() throws {
        let bench = try SX126xBench().started()
        bench.chip.dio1.risingEdgesToLose = 1
        try bench.radio.transmit(RadioBench.uplink(), at: bench.world.now)
        let ended = try #require(bench.nextEvent()?.transmittedAt)
        let sent = try #require(bench.air.uplinks.last)
        #expect(abs(ended - sent.end) < .milliseconds(2) && bench.radio.counters.lostEdges == 1)
        bench.chip.dio1.risingEdgesToLose = 1
        let window = try bench.window()
        bench.downlink([4], at: window.opensAt)
        #expect(bench.nextEvent()?.frame?.payload == [4] && bench.radio.counters.lostEdges == 2)
    }

    enum Fault: CaseIterable {
        case noise, brownOut, stuckBusy, refusal, silence
    }

    @Test(.tags(.campaign), .slow, arguments: Fault.allCases)
    func `whatever fails at whichever transfer, the radio works again afterwards`(fault: Fault) throws {
        for scene in 0..<4 {
            for transfer in stride(from: 1, through: 90, by: 1) {
                let bench = SX126xBench()
                let chip = bench.chip
                chip.beforeTransfer = { number in
                    switch (number, fault) {
                    case (transfer, .noise): chip.faults.noisyTransfers = 1
                    case (transfer, .brownOut): chip.brownOut()
                    case (transfer, .stuckBusy): chip.faults.isStuckBusy = true
                    case (transfer, .refusal):
                        chip.faults.busError = HardwareError(.failed(errno: 5), device: "/dev/spidev0.0", message: "no")
                    case (transfer, .silence): chip.faults.busReads = 0xFF
                    case (transfer + 3, _): (chip.faults.busError, chip.faults.busReads) = (nil, nil)
                    default: break
                    }
                }
                play(scene, bench)
                chip.beforeTransfer = nil
                (chip.faults.busError, chip.faults.busReads) = (nil, nil)
                bench.world.run(until: bench.world.now + .seconds(5))
                #expect(recovers(bench), "\(fault), scene \(scene), transfer \(transfer)")
            }
        }
    }

    /// As the MAC: an order that is refused is answered by a new start, and given again.
    private func recovers(_ bench: SX126xBench) -> Bool {
        let before = bench.air.uplinks.count
        for _ in 0..<3 {
            do {
                try bench.radio.sleep()
                if try bench.sends() { return bench.air.uplinks.count > before }
            } catch {
                try? bench.radio.start(at: bench.world.now)
            }
        }
        return false
    }

    private func play(_ scene: Int, _ bench: SX126xBench) {
        let radio = bench.radio
        do {
            try radio.start(at: bench.world.now)
            switch scene {
            case 0: try radio.transmit(RadioBench.uplink(), at: bench.world.now)
            case 1:
                let window = try bench.window()
                bench.downlink(at: window.opensAt)
            case 2:
                try radio.listen(
                    ContinuousReception(frequency: 869_525_000, modulation: RadioBench.modulation(9)),
                    at: bench.world.now)
            default:
                try radio.transmit(
                    Transmission(payload: [1, 2, 3], frequency: 868_800_000, modulation: .fsk, power: 14),
                    at: bench.world.now)
            }
            _ = bench.nextEvent(within: .seconds(3))
        } catch {
            // The order was refused: the MAC would try again.
        }
    }
}

private func abs(_ span: TimeSpan) -> TimeSpan { max(span, .zero - span) }
