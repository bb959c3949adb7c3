import HardwareSimulators
import LoRaWAN
import RadioDrivers
import Testing
import Timekeeping
import UplinkBridge

@testable import BridgeConfiguration

/// A module whose network says nothing any more.
@Suite struct ModuleRenewalTests {
    static let half = ModuleBridge.text.replacing("[[report]]", with: "[[report]]\nevery = \"30m\"")
        // After a join at SF12 the daily air-time would set the pace.
        .replacing("[lorawan]", with: "[lorawan]\ndaily_airtime = \"off\"")

    func go(_ bridge: ModuleBridge, for span: TimeSpan, until isOver: () -> Bool = { false }) {
        let begin = bridge.world.now
        while !isOver(), bridge.world.now - begin < span {
            bridge.post()
            bridge.run(for: .minutes(30))
        }
    }

    @Test(arguments: [ModuleFirmware.v105, .v095], [true, false])
    func `a module that the server has forgotten joins again within two days, and its reports arrive`(
        firmware: ModuleFirmware, hasResetPin: Bool
    ) throws {
        let bridge = try ModuleBridge(Self.half, firmware: firmware, hasResetPin: hasResetPin)
        go(bridge, for: .hours(2))
        try bridge.forget()
        let begin = bridge.world.now
        go(bridge, for: .hours(60)) { bridge.bench.server.joins.count >= 2 }
        #expect(bridge.world.now - begin < .hours(48), "\(bridge.failures)")
        let joined = bridge.world.now
        go(bridge, for: .hours(6))
        #expect(bridge.bench.server.uplinks.count { $0.heard.at > joined } >= 10)
        bridge.auditAirTime("\(firmware.banner)")
    }

    @Test(arguments: [true, false], [true, false])
    func `a module behind a network that is silent for days keeps its session, and its reports go on`(
        hasResetPin: Bool, restarts: Bool
    ) throws {
        let bridge = try ModuleBridge(Self.half, hasResetPin: hasResetPin)
        go(bridge, for: .hours(2))
        let begin = bridge.world.now
        bridge.bench.server.isMute = true
        go(bridge, for: .hours(60))
        let tries = bridge.bench.air.uplinks.filter { $0.payload[0] >> 5 == 0 && $0.start > begin }
        #expect((8...60).contains(tries.count), "\(tries.count)")
        #expect(bridge.joins == 1 && bridge.failures.isEmpty, "\(bridge.failures)")
        let wanted = 60 * 2
        let heard = bridge.bench.server.uplinks.count { $0.heard.at > begin }
        #expect(heard * 10 >= wanted * 9, "\(heard) of \(wanted)")
        if restarts {
            bridge.cut()
            try bridge.start()
        }
        bridge.bench.server.isMute = false
        let spoke = bridge.world.now
        go(bridge, for: .hours(12))
        #expect(bridge.bench.server.uplinks.count { $0.heard.at > spoke } >= 20, "\(bridge.failures)")
        #expect(bridge.running?.link.contact.isLost(at: bridge.world.now) == false)
        bridge.audit("mute")
    }

    @Test func `a power cut between a join-request beside the session and its end loses neither counter nor session`()
        throws
    {
        let bridge = try ModuleBridge(Self.half)
        go(bridge, for: .hours(2))
        let begin = bridge.world.now
        bridge.bench.server.isMute = true
        func tries() -> Int { bridge.bench.air.uplinks.count { $0.payload[0] >> 5 == 0 && $0.start > begin } }
        for cut in 1...5 {
            go(bridge, for: .hours(60)) {
                bridge.run(for: .minutes(30)) { tries() >= cut }
                return tries() >= cut
            }
            bridge.cut()
            try bridge.start()
        }
        #expect(tries() >= 5)
        bridge.bench.server.isMute = false
        let spoke = bridge.world.now
        go(bridge, for: .hours(12))
        #expect(bridge.bench.server.uplinks.count { $0.heard.at > spoke } >= 20, "\(bridge.failures)")
        bridge.audit("cut")
    }
}
