import HardwareSimulators
import LinuxHardware
import Logging
import ServiceLifecycle
import Timekeeping
import UplinkBridge
import UplinkPayload

/// `run` with `type = "simulated"`: the meters of the configuration, for real; the radio and the network server,
/// simulated, in real time. What the server's decoder would say is in the log.
struct SimulatedBridgeService: Service {
    let configuration: BridgeConfiguration
    let logger: Logger

    func run() async throws {
        let isOver = StopSignal()
        try await withGracefulShutdownHandler {
            try await RealtimeThread.run(name: "p1lora-world", realtime: false) { _ in try simulate(until: isOver) }
        } onGracefulShutdown: {
            isOver.raise()
        }
        logger.info("stopped")
    }

    private func simulate(until isOver: StopSignal) throws {
        let clock = LinuxClock()
        let pace = RealTimePace()
        let world = SimulatedWorld(startingAt: clock.utc) { pace.pass($0) }
        let network = try SimulatedNetwork(configuration: configuration, world: world, seed: clock.utc.bits)
        let store = try StateStore(path: configuration.statePath, devEUI: configuration.lorawan.devEUI)
        let log = BridgeLog(logger: logger, clock: world.clock, meters: configuration.meterNames)
        let commons = try BridgeCommons(configuration, store: store, clock: world.clock) { [logger] in
            logger.error("\($0)")
        }
        network.server.onUplink = { uplink in
            guard let port = uplink.port, port > 0 else { return }
            do {
                let report = try configuration.schema.decode(port: Int(port), uplink.payload)
                logger.info("the network server decodes: \(report.json)")
            } catch {
                logger.error("the network server can't decode: \(error)")
            }
        }
        try network.run(
            commons, seed: clock.utc.bits,
            log: SimulationLog(link: log.write(link:), uplink: log.write(uplink:)), longestWait: .milliseconds(100),
            pulses: try PulseLoop(commons, clock: clock, report: commons.report(log, world.clock)),
            meters: try MeterLoop(commons, clock: world.clock, report: commons.report(log, world.clock))
        ) { isOver.raised }
    }
}

extension UTCInstant {
    /// A seed that differs from start to start.
    fileprivate var bits: UInt64 { UInt64(bitPattern: nanoseconds) }
}

/// The name by which the service group logs it; the configuration is no part of that.
extension SimulatedBridgeService: CustomStringConvertible {
    var description: String { "simulated bridge" }
}
