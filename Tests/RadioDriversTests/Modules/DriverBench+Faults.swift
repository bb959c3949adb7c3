import HardwareSimulators
import LoRaWAN
import RadioDrivers
import Testing
import Timekeeping

/// What any module has to outlast.
extension DriverBench {
    /// Two hours of faults, restarts of the bridge and cuts of the module's supply.
    /// - Returns: how often the bridge was started anew.
    func unsoundHours(of module: some FaultyModule, seed: UInt64) throws -> Int {
        var random = SeededRandom(seed: seed)
        start()
        let end = now + .hours(2)
        var restarts = 0
        while now < end {
            if module.plannedFault == nil { module.planFault(within: 60, random: &random) }
            if radio.isReady {
                let isConfirmed = Int.random(in: 0..<5, using: &random) == 0
                try? radio.send(Uplink(port: 1, payload: [1], confirmed: isConfirmed), at: now)
            }
            run(for: .seconds(Int64.random(in: 1...30, using: &random)))
            if Int.random(in: 0..<40, using: &random) == 0 {
                restarts += 1
                try restartBridge()
            }
            if !radio.isReady, Int.random(in: 0..<30, using: &random) == 0 { module.brownOut() }
        }
        return restarts
    }

    /// It hangs, and has no reset pin, until somebody pulls the plug.
    func hang<Module: FaultyModule>(_ module: Module) {
        module.plannedFault = (0, Module.hung)
        start()
        run(for: .minutes(2))
        #expect(failures.first?.error.message.contains("reset pin") == true)
        module.brownOut()
        run(for: .minutes(2)) { radio.isReady }
        #expect(radio.isReady, "and it goes on when somebody pulls the plug")
    }
}

extension FaultyModule {
    /// Any fault, at one of the next commands.
    fileprivate func planFault(within count: Int, random: inout SeededRandom) {
        guard let fault = Array(Fault.allCases).randomElement(using: &random) else { return }
        plannedFault = (commands.count + Int.random(in: 0..<count, using: &random), fault)
    }
}
