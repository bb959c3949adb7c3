import BridgeConfiguration
import BridgeStore
import Ciphers
import FoundationEssentials
import HardwareInterfaces
package import HardwareSimulators
import LinuxHardware
import LoRaWAN
import MeterValues
import RadioDrivers
import SmartMeter
package import Timekeeping
import UplinkBridge
import UplinkPayload

/// What the demonstration runs: one simulated house, one bridge, one network server, and what was seen of them.
package final class DemoRun {
    /// One uplink as the network server's JavaScript sees it, beside what the meter had counted.
    package struct Arrival {
        package let time: UTCInstant
        let dataRate: Int
        let bytes: Int
        /// Wh, by the meter.
        let measuredImport: Int64
        let measuredExport: Int64
        /// Wh, by the JavaScript decoder; nil when it gave none.
        let decodedImport: Int64?
        let decodedExport: Int64?
        package let json: String

        var isExact: Bool { decodedImport == measuredImport && decodedExport == measuredExport }
    }

    /// Wh of a quarter-hour.
    struct QuarterUse: Hashable {
        let imported: Int64?
        let exported: Int64?
    }

    static let configuration = """
        [[meter]]
        name = "main"
        input = "a pseudo-terminal"
        key = "00112233445566778899AABBCCDDEEFF"
        [lorawan]
        join_eui = "0000000000000001"
        dev_eui = "70B3D57ED0000001"
        app_key = "2B7E151628AED2A6ABF7158809CF4F3C"
        [radio]
        type = "simulated"
        [[report]]
        kind = "readings"
        every = "15m"
        fields = ["1-0:1.8.0", "1-0:2.8.0", "net_power", "1-0:32.7.0", "1-0:52.7.0", "1-0:72.7.0"]
        [[report]]
        kind = "intervals"
        every = "1h"
        fields = ["1-0:1.8.0", "1-0:2.8.0"]
        """

    let configuration: BridgeConfiguration
    let network: SimulatedNetwork
    package let meter: MeterOnTerminal
    let engine: JavaScriptEngine
    package private(set) var arrivals: [Arrival] = []
    /// What the server knows of each quarter-hour, by its beginning.
    private(set) var quarters: [String: QuarterUse] = [:]
    private(set) var intervalReports = 0
    package private(set) var telegramsRead = 0
    private(set) var problems = 0
    /// Uplinks that the bridge gave to its MAC, counted there.
    private(set) var handedOver = 0
    private(set) var firstTrouble: String?
    private let codec: String
    private let seed: UInt64
    private let stateFolder: StateFolder

    package init(seed: UInt64, pace: @escaping (TimeSpan) -> Void) throws {
        self.seed = seed
        configuration = try BridgeConfiguration(text: Self.configuration)
        codec = configuration.schema.javaScriptCodec()
        engine = try JavaScriptEngine.find()
        let midnight = UTCInstant(secondsSince1970: 1_781_827_200)  // 2026-06-19: long days, much sun
        let world = SimulatedWorld(startingAt: midnight, pace: pace)
        network = try SimulatedNetwork(configuration: configuration, world: world, seed: seed)
        var registers = MeterRegisters()
        registers.energyImport = 12_345_678
        registers.energyExport = 4_321_098
        guard let key = configuration.meters.first?.key else { throw DemoError.noKey }
        let simulated = SimulatedMeter(
            LuxembourgTelegram(list: .full), household: HouseholdProfile(seed: seed, solarPeakWatts: 6_000),
            sealer: try FrameSealer(key: key), registers: registers, startingAt: midnight)
        meter = try MeterOnTerminal(meter: simulated, world: world)
        stateFolder = try StateFolder()
    }

    /// - Parameter progress: called now and then, with the time that has passed.
    package func run(for span: TimeSpan, progress: @escaping (TimeSpan) -> Void, arrived: @escaping (Arrival) -> Void)
        throws
    {
        defer { stateFolder.remove() }
        try simulate(span, progress: progress, arrived: arrived)
    }

    private func simulate(
        _ span: TimeSpan, progress: @escaping (TimeSpan) -> Void, arrived: @escaping (Arrival) -> Void
    ) throws {
        let world = network.world
        let (begin, end) = (world.now, world.now + span)
        let store = try StateStore(path: stateFolder.databasePath, devEUI: configuration.lorawan.devEUI)
        let path = meter.terminal.path
        let input = MeterInput(
            number: 0, device: path, keys: configuration.meters.first?.meterKeys, replayGuard: ReplayGuard(),
            at: world.now
        ) { () throws(HardwareError) -> any SerialLine in try SerialPort(path: path) }
        network.server.onUplink = { [unowned self] uplink in
            guard let port = uplink.port, port > 0 else { return }
            let (json, data) = decode(uplink, port: port)
            switch ReportKind(port: port) {
            case ReportKind.intervals?: take(intervals: data.intervals ?? [])
            default:
                let arrival = arrival(of: uplink, json, data)
                arrivals.append(arrival)
                arrived(arrival)
            }
        }
        meter.start()
        var nextProgress = begin
        let commons = try BridgeCommons(configuration, store: store, clock: world.clock)
        try network.run(
            commons, seed: seed,
            log: SimulationLog(
                link: { [unowned self] event in
                    if case .radioFailed(let error, _) = event { firstTrouble = firstTrouble ?? error.message }
                    if case .storeFailed(let error) = event { firstTrouble = firstTrouble ?? "\(error)" }
                },
                uplink: { [unowned self] event in
                    if case .handedOver = event { handedOver += 1 }
                }),
            meters: MeterLoop(
                inputs: [input], meters: [0: ("main", MeterMemory())], store: store,
                latestReadings: commons.latestReadings,
                clock: world.clock
            ) { [unowned self] _, event in note(event) }
        ) {
            if world.now >= nextProgress {
                progress(world.now - begin)
                nextProgress = world.now + .minutes(30)
            }
            return world.now >= end
        }
        firstTrouble = firstTrouble ?? meter.trouble?.message ?? network.violations.first
    }

    private func note(_ event: MeterEvent) {
        switch event {
        case .telegram: telegramsRead += 1
        case .problem(let problem):
            problems += 1
            firstTrouble = firstTrouble ?? problem.description
        case .failed(let error, _): firstTrouble = firstTrouble ?? error.message
        default: break
        }
    }

    /// What the meter showed at the boundaries of each quarter-hour that is over, by its beginning.
    var measuredQuarters: [String: QuarterUse] {
        var uses: [String: QuarterUse] = [:]
        var last: SimulatedMeter.Sample?
        for sample in meter.meter.samples
        where QuarterHour(atOrBefore: sample.time).time == sample.time && sample.time != last?.time {
            if let last {
                uses[last.time.description] = QuarterUse(
                    imported: sample.energyImport - last.energyImport, exported: sample.energyExport - last.energyExport
                )
            }
            last = sample
        }
        return uses
    }

    private func take(intervals: [DecodedUplink.Interval]) {
        intervalReports += 1
        for interval in intervals {
            let use = QuarterUse(
                imported: wattHours(interval.imported), exported: wattHours(interval.exported))
            if let known = quarters.updateValue(use, forKey: interval.start), known != use {
                firstTrouble = firstTrouble ?? "two reports differ about the quarter-hour from \(interval.start)"
            }
        }
    }

    /// The payload as the network server hands it to the codec, in a JavaScript engine of its own.
    private func decode(_ uplink: DeliveredUplink, port: UInt8) -> (json: String, data: DecodedUplink.Content) {
        do {
            let json = try engine.decodeUplinks(codec: codec, [.init(bytes: uplink.payload, port: port)]).first ?? ""
            return (json, try JSONDecoder().decode(DecodedUplink.self, from: Data(json.utf8)).data ?? .init())
        } catch {
            firstTrouble = firstTrouble ?? "\(error)"
            return ("", .init())
        }
    }

    private func arrival(of uplink: DeliveredUplink, _ json: String, _ data: DecodedUplink.Content) -> Arrival {
        // The telegram that had been read whole when the frame began.
        let began = network.air.uplinks.last?.start ?? uplink.at
        let utc = network.world.clock.utc - (network.world.now - began)
        let sample = meter.meter.samples.last { $0.time + .seconds(1) <= utc } ?? meter.meter.samples.first
        return Arrival(
            time: utc, dataRate: uplink.dataRate, bytes: uplink.payload.count,
            measuredImport: sample?.energyImport ?? -1, measuredExport: sample?.energyExport ?? -1,
            decodedImport: wattHours(data.imported), decodedExport: wattHours(data.exported), json: json)
    }

    private func wattHours(_ value: Double?) -> Int64? { value.map { Int64(($0 * 1_000).rounded()) } }
}

/// What the codec makes of an uplink of the demonstration (TS013), by the keys of its output.
private struct DecodedUplink: Decodable {
    struct Content: Decodable {
        var imported: Double?
        var exported: Double?
        var intervals: [Interval]?

        private enum CodingKeys: String, CodingKey {
            case imported = "import_kwh"
            case exported = "export_kwh"
            case intervals
        }
    }

    struct Interval: Decodable {
        let start: String
        let imported: Double?
        let exported: Double?

        private enum CodingKeys: String, CodingKey {
            case start
            case imported = "import_kwh"
            case exported = "export_kwh"
        }
    }

    let data: Content?
}

enum DemoError: Error { case noKey }
