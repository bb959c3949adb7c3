package import BridgeConfiguration
import BridgePlanning
package import BridgeStore
package import HardwareInterfaces
import MeterValues
package import SmartMeter
import Timekeeping
import UplinkPayload

extension MeterLoop {
    /// The configured meters, with what the store remembers of them.
    /// - Parameter input: makes a meter's input of what is remembered of its frame counters; nil for the lines of this
    ///   machine.
    package convenience init(
        _ commons: BridgeCommons, clock: any Clock, input: ((MeterConfiguration, ReplayGuard) -> MeterInput)? = nil,
        report: @escaping (Int, MeterEvent) -> Void
    ) throws(StoreError) {
        let (configuration, store) = (commons.configuration, commons.store)
        let codes = configuration.countedRegisters
        func memory(of name: String, number: Int) throws(StoreError) -> MeterMemory {
            var memory = MeterMemory(codes: codes)
            do {
                if let kept = try store.memory(ofMeter: name) { memory = kept }
                if let ahead = try store.reservedCounters(ofMeter: name), !memory.replayGuard.covers(ahead) {
                    memory.replayGuard = ahead
                }
            } catch .meterDamaged(let name, let reason) {
                report(number, .storeFailed(.meterDamaged(name: name, reason: reason)))
            }
            memory.recorder.include(codes)
            return memory
        }
        var inputs: [MeterInput] = []
        var remembered: [Int: (name: String, memory: MeterMemory)] = [:]
        var computing: [Int: MeterComputing] = [:]
        for meter in configuration.meters {
            let memory = try memory(of: meter.name, number: meter.number)
            remembered[meter.number] = (meter.name, memory)
            computing[meter.number] = configuration.computing(ofMeter: meter.number)
            inputs.append(
                input?(meter, memory.replayGuard)
                    ?? meter.openInput(replayGuard: memory.replayGuard, at: clock.monotonic))
        }
        var counted: [Int: PulseRecorder.Input] = [:]
        for pulse in configuration.pulses {
            counted[pulse.number] = PulseRecorder.Input(
                name: pulse.name, memory: try memory(of: pulse.name, number: pulse.number),
                saveEvery: pulse.saveEvery, computing: configuration.computing(ofMeter: pulse.number))
        }
        self.init(
            inputs: inputs, meters: remembered, computing: computing,
            pulses: PulseRecorder(mailbox: commons.pulses, inputs: counted, store: store),
            alarms: AlarmDetector(settings: commons.settings, mailbox: commons.alarms, clock: clock), store: store,
            latestReadings: commons.latestReadings, clock: clock, report: report)
    }
}

extension PulseLoop {
    /// The configured pulse inputs on the pins of this machine, with the counts that the store holds; nil when there are
    /// none.
    package convenience init?(
        _ commons: BridgeCommons, clock: any Clock, report: @escaping (Int, MeterEvent) -> Void
    ) throws(StoreError) {
        let configuration = commons.configuration
        guard !configuration.pulses.isEmpty else { return nil }
        var lines: [PulseLine] = []
        for pulse in configuration.pulses {
            var saved: PulseCounter.State?
            do {
                saved = try commons.store.pulses(ofMeter: pulse.name)
            } catch .pulsesDamaged(let name, let reason) {
                report(pulse.number, .storeFailed(.pulsesDamaged(name: name, reason: reason)))
            }
            lines.append(
                PulseLine(
                    number: pulse.number, input: pulse.input, saved: saved, isActiveLow: pulse.isActiveLow,
                    at: clock.monotonic
                ) { () throws(HardwareError) -> any EdgePin in
                    try pulse.openPin(clock)
                })
        }
        self.init(lines: lines, mailbox: commons.pulses, clock: clock, report: report)
    }
}

extension BridgeConfiguration {
    /// The registers of energy or volume that the reports ask for.
    var countedRegisters: [OBISCode] {
        (reports.flatMap(\.layouts).flatMap(\.fields) + schema.intervalLayouts.flatMap(\.fields)).compactMap { field in
            switch field.source {
            case .register(let code)
            where RegisterScale.unit(of: field.unit.dimension) != nil && field.source.onlyGrows:
                code
            default: nil
            }
        }
    }
}

extension BridgeConfiguration {
    /// Lengths of intervals that a day is a multiple of, in minutes.
    private static let statisticLengths: [Int64] = [1, 5, 10, 15, 30, 60, 120, 180, 240, 360, 480, 720, 1_440]

    /// Statistics are of intervals as long as the report that asks for them comes, so that none is left out; the slowest
    /// where there are several.
    func computing(ofMeter number: Int) -> MeterComputing {
        let asking = reports.filter { report in
            report.meters.contains(number) && report.layouts.flatMap(\.fields).contains(where: \.isStatistic)
        }
        let longest = asking.map(\.every).max()
        let length = longest.map { longest in
            Self.statisticLengths.map { TimeSpan.minutes($0) }.first { $0 >= longest } ?? .hours(24)
        }
        let meter = meters.first { $0.number == number }
        return MeterComputing(
            timeZone: meter?.timeZone ?? .centralEuropean, statistics: length,
            referenceClasses: meter?.referenceClasses ?? [])
    }
}

extension Field {
    fileprivate var isStatistic: Bool {
        guard case .register(let code) = source else { return false }
        return code.statistic != nil
    }
}
