import ArgumentParser
import BridgeConfiguration
import BridgeStore
import SmartMeter

struct Forget: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Forget the frame counter of a meter.",
        discussion: """
            Frames whose counter is not above all before are refused as recordings. When the operator has reset the meter \
            without a new key, its counter begins anew and every frame is refused: this command lets it begin. Stop the \
            service first. Nothing else is forgotten.
            """)

    @OptionGroup var configuration: ConfigurationOption

    @Option(help: "The meter's name in the configuration.")
    var meter: String

    func run() throws {
        let configuration = try configuration.loadAsOwner()
        guard configuration.meters.contains(where: { $0.name == meter }) else {
            guard !configuration.pulses.contains(where: { $0.name == meter }) else {
                throw failure("the meter \(meter) is counted by its pulses, which have no frame counter to forget")
            }
            guard !configuration.meters.isEmpty else {
                throw failure("the configuration has no [[meter]]: pulses have no frame counter to forget")
            }
            let known = configuration.meters.map(\.name).joined(separator: ", ")
            throw failure("there is no meter \"\(meter)\" in the configuration, there are: \(known)")
        }
        do {
            let store = try StateStore(path: configuration.statePath, devEUI: configuration.lorawan.devEUI)
            let (remembered, reserved) = (try store.memory(ofMeter: meter), try store.reservedCounters(ofMeter: meter))
            guard remembered != nil || reserved != nil else {
                StandardOutput.line("Nothing is remembered of the meter \(meter).")
                return
            }
            var memory = remembered ?? MeterMemory()
            memory.replayGuard = ReplayGuard()
            try store.save(memory, [], counters: .release, ofMeter: meter)
            StandardOutput.line("The next frame of the meter \(meter) is accepted, whatever its counter.")
        } catch {
            throw failure("\(error)")
        }
    }
}
