import HardwareInterfaces
import HardwareSimulators
import Testing
import Timekeeping

/// The simulated module against the command reference (Microchip DS40001784) and what the field reports.
@Suite struct RN2483SimulatorTests {
    private final class Desk {
        let world = SimulatedWorld(startingAt: UTCInstant(secondsSince1970: 1_795_000_000))
        let air: Air
        let module: RN2483Simulator

        init(_ firmware: ModuleFirmware = .v105) {
            air = Air(world: world)
            module = RN2483Simulator(world: world, air: air, firmware: firmware)
        }

        /// What the module says to a line within a span.
        func ask(_ line: String, within span: TimeSpan = .milliseconds(100)) throws -> [String] {
            try module.write(Array("\(line)\r\n".utf8))
            return hear(within: span)
        }

        func hear(within span: TimeSpan) -> [String] {
            world.run(until: world.now + span)
            var bytes: [UInt8] = []
            _ = module.read(into: &bytes, limit: 10_000)
            return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
        }

        func personalise() throws {
            for line in ["mac reset 868", "mac set devaddr 01020304", "mac set retx 0"] {
                #expect(try ask(line) == ["ok"])
            }
            for name in ["nwkskey", "appskey"] {
                #expect(try ask("mac set \(name) 000102030405060708090A0B0C0D0E0F") == ["ok"])
            }
            #expect(try ask("mac join abp") == ["ok", "accepted"])
        }
    }

    @Test func `it answers within milliseconds, and refuses what it does not know`() throws {
        let desk = Desk()
        #expect(try desk.ask("sys get ver") == ["RN2483 1.0.5 Oct 31 2018 15:06:52"])
        for line in [
            "", "mac", "mac set", "mac set dr 9", "mac set ch freq 0 868100000", "mac set ch drrange 1 0 6",
            "mac tx uncnf 0 00", "mac tx uncnf 224 00", "mac tx uncnf 1 0", "mac tx uncnf 1", "mac reset 999", "tx",
        ] {
            #expect(try desk.ask(line) == ["invalid_param"], "\(line)")
        }
    }

    @Test func `versions differ in counters, status digits and the range of a default channel`() throws {
        #expect(try Desk(.v095).ask("mac get upctr") == ["invalid_param"])
        #expect(try Desk(.v100).ask("mac get upctr") == ["0"])
        #expect(try Desk(.v100).ask("mac get status") == ["0000"])
        #expect(try Desk(.v101).ask("mac get status") == ["00000000"])
        #expect(try Desk(.v101).ask("mac set ch drrange 1 0 6") == ["ok"])
    }

    @Test func `without keys there is no join, and without a join no uplink`() throws {
        let desk = Desk()
        #expect(try desk.ask("mac tx uncnf 1 00") == ["not_joined"])
        #expect(try desk.ask("mac join abp") == ["keys_not_init"])
        #expect(try desk.ask("mac join otaa") == ["keys_not_init"])
    }

    @Test func `a reset forgets what was not saved`() throws {
        let desk = Desk()
        try desk.personalise()
        #expect(try desk.ask("mac save", within: .seconds(4)) == ["ok"])
        #expect(try desk.ask("mac set upctr 9") == ["ok"])
        #expect(try desk.ask("sys reset", within: .seconds(1)).first?.hasPrefix("RN2483 ") == true)
        #expect(try desk.ask("mac get upctr") == ["0"] && desk.ask("mac get devaddr") == ["01020304"])
        #expect(try desk.ask("mac tx uncnf 1 00") == ["not_joined"])
        #expect(try desk.ask("mac join abp") == ["ok", "accepted"])
    }

    @Test func `an uplink ends after both windows, and the module is busy until then`() throws {
        let desk = Desk()
        try desk.personalise()
        #expect(try desk.ask("mac tx uncnf 1 0102") == ["ok"])
        #expect(try desk.ask("mac tx uncnf 1 0102") == ["busy"])
        #expect(try desk.ask("mac get upctr") == ["1"])
        #expect(desk.hear(within: .seconds(1)) == [])
        #expect(desk.hear(within: .seconds(2)) == ["mac_tx_ok"])
        #expect(desk.air.uplinks.count == 1)
    }

    @Test func `a channel rests for its dcycle times the air-time, and then none is free`() throws {
        let desk = Desk()
        try desk.personalise()
        for _ in 0..<3 { #expect(try desk.ask("mac tx uncnf 1 0102", within: .seconds(4)) == ["ok", "mac_tx_ok"]) }
        #expect(try desk.ask("mac tx uncnf 1 0102") == ["no_free_ch"])
        #expect(Set(desk.air.uplinks.map(\.frequency)).count == 3)
        let airTime = try #require(desk.air.uplinks.first?.airTime)
        desk.world.run(until: desk.world.now + airTime * 303)
        #expect(try desk.ask("mac tx uncnf 1 0102") == ["ok"])
    }

    @Test func `a payload longer than the data rate allows is refused`() throws {
        let desk = Desk()
        try desk.personalise()
        #expect(try desk.ask("mac set dr 0") == ["ok"])
        let long = String(repeating: "00", count: 52)
        #expect(try desk.ask("mac tx uncnf 1 \(long)") == ["invalid_data_len"])
        #expect(try desk.ask("mac tx uncnf 1 \(long.dropLast(2))") == ["ok"])
    }

    @Test func `a pause, silence and a spent counter are told`() throws {
        let desk = Desk()
        try desk.personalise()
        #expect(try desk.ask("mac pause") == ["4294967245"])
        #expect(try desk.ask("mac tx uncnf 1 00") == ["mac_paused"])
        #expect(try desk.ask("mac resume") == ["ok"])
        desk.module.plannedFault = (desk.module.commands.count, .silenced)
        #expect(try desk.ask("mac tx uncnf 1 00") == ["silent"])
        #expect(try desk.ask("mac get status") == ["00000090"])
        #expect(try desk.ask("mac forceENABLE") == ["ok"])
        #expect(try desk.ask("mac set upctr 4294967295") == ["ok"])
        #expect(try desk.ask("mac tx uncnf 1 00") == ["fram_counter_err_rejoin_needed"])
    }

    @Test func `a wrong speed is cured by a break that is long enough, and 0x55`() throws {
        let desk = Desk(.v103)
        desk.module.plannedFault = (0, .wrongBaud)
        #expect(try !desk.ask("sys get ver").contains { $0.hasPrefix("RN2483") })
        for (span, isCured) in [(TimeSpan.milliseconds(2), false), (.milliseconds(20), true)] {
            desk.module.setBreak(true)
            desk.world.run(until: desk.world.now + span)
            desk.module.setBreak(false)
            try desk.module.write([0x55])
            let answer = try desk.ask("sys get ver")
            #expect((answer == ["RN2483 1.0.3 Mar 22 2017 06:00:42"]) == isCured, "\(answer)")
        }
    }
}
