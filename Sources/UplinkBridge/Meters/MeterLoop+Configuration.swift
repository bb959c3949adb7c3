public import HardwareInterfaces
import SmartMeter
import Timekeeping

extension MeterLoop {
    /// The configured meters on the lines of this machine, with what the store remembers of them.
    public convenience init(
        _ meters: [MeterConfiguration], store: StateStore, board: ReadingBoard, clock: any Clock,
        report: @escaping (Int, MeterEvent) -> Void
    ) throws(StoreError) {
        var inputs: [MeterInput] = []
        var remembered: [Int: (name: String, memory: MeterMemory)] = [:]
        for (number, meter) in meters.enumerated() {
            var memory = MeterMemory()
            do {
                memory = try store.memory(ofMeter: meter.name) ?? memory
            } catch .meterDamaged(let name, let reason) {
                report(number, .storeFailed(.meterDamaged(name: name, reason: reason)))
            }
            remembered[number] = (meter.name, memory)
            inputs.append(meter.openInput(number: number, replayGuard: memory.replayGuard, at: clock.monotonic))
        }
        self.init(inputs: inputs, meters: remembered, store: store, board: board, clock: clock, report: report)
    }
}
