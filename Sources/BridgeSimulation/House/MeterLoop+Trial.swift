import BridgeConfiguration
import BridgeStore
import HardwareInterfaces
import HardwareSimulators
import SmartMeter
import Timekeeping
import UplinkBridge

extension MeterLoop {
    /// Over the lines of simulated meters.
    convenience init(
        _ commons: BridgeCommons, reading meters: [TrialMeter], in world: SimulatedWorld, clock: any Clock,
        report: @escaping (Int, MeterEvent) -> Void
    ) throws(StoreError) {
        let inputs = Dictionary(uniqueKeysWithValues: meters.map { ($0.configuration.number, $0) })
        try self.init(
            commons, clock: clock,
            input: { meter, counters in
                inputs[meter.number]?.input(replayGuard: counters, at: world.now)
                    ?? meter.openInput(replayGuard: counters, at: world.now)
            }, report: report)
    }
}
