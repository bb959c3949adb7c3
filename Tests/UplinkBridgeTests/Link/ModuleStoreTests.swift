import Ciphers
import Foundation
import HardwareInterfaces
import HardwareSimulators
import LoRaWAN
import RadioDrivers
import TestTags
import Testing
import Timekeeping

@testable import BridgeStore
@testable import UplinkBridge

/// What a bridge with a module keeps when its state file is lost or its disk fails.
@Suite struct ModuleStoreTests {
    private static let often = ModuleLinkTests.often

    private func bridge(_ text: String = often, hasResetPin: Bool = true, minutes: Int64 = 5) throws -> ModuleBridge {
        let bridge = try ModuleBridge(text, hasResetPin: hasResetPin)
        bridge.post()
        bridge.run(for: .minutes(minutes))
        #expect(bridge.joins == 1 && bridge.bench.server.uplinks.count > 1)
        return bridge
    }

    private func restart(_ bridge: ModuleBridge, for span: TimeSpan = .minutes(4)) throws {
        try bridge.start()
        bridge.post()
        bridge.run(for: span)
    }

    private func happened(_ bridge: ModuleBridge, _ isWanted: (LinkEvent) -> Bool) -> Bool {
        bridge.count(isWanted) > 0
    }

    @Test(arguments: [true, false])
    func `without its state file the module's session goes on behind the counters that were set aside`(
        isModuleReset: Bool
    ) throws {
        let bridge = try bridge(hasResetPin: false)
        let last = try #require(bridge.bench.server.uplinks.last?.counter)
        bridge.cut()
        bridge.delete("", "-wal", "-shm")
        if isModuleReset { bridge.module.brownOut() }
        bridge.world.run(until: bridge.world.now + .seconds(5))
        try restart(bridge)
        #expect(bridge.bench.server.joins.count == 1)
        #expect(happened(bridge) { if case .restoredFromSafetyFile = $0 { true } else { false } })
        let next = try #require(bridge.bench.server.uplinks.last?.counter)
        #expect(next > last && next >= TransmissionReserve.counters && next < 2 * TransmissionReserve.counters + 20)
        bridge.audit("state file lost")
    }

    @Test func `a damaged record of the module is taken from the safety file`() throws {
        let bridge = try bridge()
        bridge.cut()
        do {
            let store = try bridge.bench.openStore()
            var device = try store.device()
            device.module = Array("rn2483-1 damaged".utf8)
            device.sequence += 1
            try store.save(device)
        }
        try restart(bridge)
        #expect(happened(bridge) { if case .recordDamaged = $0 { true } else { false } })
        #expect(bridge.bench.server.joins.count == 1)
        bridge.audit("record damaged")
    }

    @Test func `with both files gone the module joins anew, whatever session it has in its EEPROM`() throws {
        let bridge = try bridge()
        bridge.cut()
        bridge.delete("", "-wal", "-shm", "-safety")
        try restart(bridge, for: .minutes(10))
        #expect(bridge.bench.server.joins.count == 2)
        bridge.audit("both lost")
    }

    @Test func `a state file that is put back from an old copy takes no counter twice`() throws {
        let bridge = try bridge()
        bridge.cut()
        for suffix in ["", "-wal"] {
            try? FileManager.default.copyItem(
                atPath: bridge.bench.path + suffix, toPath: bridge.bench.path + ".copy" + suffix)
        }
        try restart(bridge, for: .hours(2))
        bridge.cut()
        bridge.delete("", "-wal", "-shm")
        for suffix in ["", "-wal"] {
            try? FileManager.default.moveItem(
                atPath: bridge.bench.path + ".copy" + suffix, toPath: bridge.bench.path + suffix)
        }
        // The module has forgotten its own counter too.
        bridge.module.brownOut()
        let before = bridge.bench.server.uplinks.count
        try restart(bridge)
        #expect(bridge.bench.server.uplinks.count > before && bridge.bench.server.joins.count == 1)
        bridge.audit("old copy")
    }

    @Test func `on a full disk every state goes to the safety file, and nothing is held back`() throws {
        let bridge = try bridge()
        bridge.disk.isFull()
        let before = bridge.bench.server.uplinks.count
        bridge.run(for: .minutes(10))
        #expect(bridge.bench.server.uplinks.count >= before + 8)
        #expect(happened(bridge) { if case .storedInSafetyFile = $0 { true } else { false } })
        bridge.cut()
        bridge.module.brownOut()
        try restart(bridge)
        #expect(bridge.bench.server.joins.count == 1)
        bridge.disk.works()
        bridge.run(for: .minutes(4))
        #expect(happened(bridge) { if case .storeRecovered = $0 { true } else { false } })
        bridge.audit("full disk")
    }

    @Test(.slow) func `on a disk that takes nothing uplinks wait ten minutes, and go on within the reserve`() throws {
        let text = Self.often.replacing("daily_airtime = \"off\"", with: "daily_airtime = \"30s\"")
        let bridge = try bridge(text)
        bridge.disk.isReadOnly()
        let begin = bridge.world.now
        bridge.run(for: .minutes(9))
        let waiting = bridge.bench.air.uplinks.filter { $0.start > begin + .seconds(10) }
        #expect(waiting.isEmpty)
        bridge.run(for: .hours(12))
        let silent = bridge.bench.air.uplinks.filter { $0.start > begin }
        #expect(silent.count > 3 && silent.reduce(TimeSpan.zero) { $0 + $1.airTime } <= .milliseconds(3_750))
        #expect(happened(bridge) { if case .sendingOnReserve = $0 { true } else { false } })
        // Power cut, module and all, and the disk is well again: nothing of this was ever stored.
        bridge.cut()
        bridge.module.brownOut()
        bridge.disk.works()
        let before = bridge.bench.server.uplinks.count
        try restart(bridge, for: .hours(2))
        #expect(bridge.bench.server.uplinks.count > before && bridge.bench.server.joins.count == 1)
        bridge.audit("no disk", dailyAirTime: .seconds(30))
    }

    @Test func `a join waits for a disk, whatever is set aside`() throws {
        let bridge = try ModuleBridge(Self.often)
        bridge.disk.isReadOnly()
        bridge.run(for: .hours(1))
        #expect(bridge.bench.air.uplinks.isEmpty)
        bridge.disk.works()
        bridge.run(for: .hours(1)) { bridge.joins == 1 }
        #expect(bridge.joins == 1)
    }

    @Test(arguments: [true, false])
    func `after a pause that nobody can explain the reserve is taken as used, after a clean end it is not`(
        isClean: Bool
    ) throws {
        let bridge = try bridge()
        let last = try #require(bridge.bench.server.uplinks.last?.counter)
        if isClean { bridge.stop() } else { bridge.cut() }
        bridge.world.run(until: bridge.world.now + .hours(3))
        try restart(bridge)
        let next = try #require(bridge.bench.server.uplinks.last?.counter)
        #expect(isClean ? next < last + 10 : next >= TransmissionReserve.counters)
        bridge.audit("pause")
    }

    @Test func `work at the bench after a pause that nobody can explain does not make it forgotten`() throws {
        let bridge = try bridge(hasResetPin: false)
        bridge.cut()
        bridge.world.run(until: bridge.world.now + .hours(3))
        do {
            let devices = ExaminedDevices(
                clock: bridge.world.clock, waiter: bridge.world,
                openLine: { _ throws(HardwareError) in throw HardwareError(.notFound, device: "", message: "") },
                openPulses: { _ throws(HardwareError) in throw HardwareError(.notFound, device: "", message: "") },
                openRadio: { _ throws(HardwareError) in throw HardwareError(.notFound, device: "", message: "") },
                openModule: { _ throws(HardwareError) in (bridge.module, nil) }, openGateway: { _ in nil },
                openLink: { _, _, _ in throw RadioError("") }, freeSpace: { _ in nil })
            let module = try RN2483Bench(line: bridge.module, clock: devices.clock, waiter: devices.waiter)
            _ = try ModuleRadioBench(bridge.bench.configuration, module: module, devices: devices).send(TestFrame())
        }
        try restart(bridge)
        #expect(bridge.bench.server.joins.count == 1)
        let next = try #require(bridge.bench.server.uplinks.last?.counter)
        #expect(next >= TransmissionReserve.counters)
        // The frame of the bench is none of LoRaWAN.
        let foreign = bridge.bench.server.rejected.count
        #expect(foreign <= 1)
    }

    @Test func `whichever step of storing the power is cut at, no counter is used twice`() throws {
        let bridge = try ModuleBridge(Self.often)
        bridge.post()
        for step in 1...40 {
            bridge.disk.cut(atStep: step % 8 + 1)
            bridge.bench.events = []
            bridge.run(for: .minutes(2)) {
                happened(bridge) { if case .storeFailed(.powerCut) = $0 { true } else { false } }
            }
            bridge.cut()
            bridge.disk.works()
            if step.isMultiple(of: 3) { bridge.module.brownOut() }
            // Every few cuts the state file is lost too.
            if step.isMultiple(of: 5) { bridge.delete("", "-wal", "-shm") }
            try bridge.start()
            bridge.post()
            if step.isMultiple(of: 7) { bridge.run(for: .minutes(2)) }
        }
        #expect(bridge.bench.server.uplinks.count > 5, "\(bridge.bench.server.uplinks.count)")
        bridge.audit("power cuts")
    }

    @Test func `what is kept of a module survives its encoding, and any damage is seen`() throws {
        let bridge = try bridge()
        let stored = try #require(try bridge.running?.commons.store.device())
        let (state, module) = (try #require(stored.state), try #require(stored.module))
        let record = try #require(ModuleRecord(decoding: module))
        let kept = KeptDevice(state: try DeviceState(decoding: state), module: record)
        let next = try #require(kept.nextCounter)
        let bytes = kept.encoded()
        #expect(KeptDevice(decoding: bytes) == kept)
        #expect(KeptDevice(decoding: kept.state.encoded()) == KeptDevice(state: kept.state))
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= 0x10
            #expect(KeptDevice(decoding: damaged) == nil, "byte \(index)")
        }
        for count in stride(from: 0, to: bytes.count, by: 7) {
            #expect(KeptDevice(decoding: Array(bytes.prefix(count))) == nil)
        }
        #expect(kept.settingAside().nextCounter?.rawValue == next.rawValue + 256)
    }
}
