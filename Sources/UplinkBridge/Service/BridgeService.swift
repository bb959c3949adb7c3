package import BridgeConfiguration
import BridgeStore
import HardwareInterfaces
import LinuxHardware
import LoRaWAN
package import Logging
import RadioDrivers
import ServiceLifecycle
import Synchronization
import Timekeeping

/// The bridge as a service: one thread reads the meters, one counts pulses, and one of its own serves the
/// radio.
package struct BridgeService: Service {
    let configuration: BridgeConfiguration
    let logger: Logger
    let clock: NetworkClock
    private let systemClock = LinuxClock()
    private let simulatedRadio: RadioFactory.Simulated?
    private let recent: RecentEvents

    /// - Parameters:
    ///   - recent: where the log's last lines are, for the page.
    ///   - simulatedRadio: for `type = "simulated"`, called on the radio's thread; without it such a configuration is refused
    ///     when the service runs.
    package init(
        configuration: BridgeConfiguration, logger: Logger, recent: RecentEvents = RecentEvents(),
        simulatedRadio: RadioFactory.Simulated? = nil
    ) {
        self.recent = recent
        self.configuration = configuration
        self.logger = logger
        self.simulatedRadio = simulatedRadio
        clock = NetworkClock(systemClock)
    }

    /// Runs until the service group is told to shut down.
    /// - Throws: when the state file or the radio's devices can't be opened; meters that can't be opened are tried again.
    package func run() async throws {
        let store = try openStore()
        let radioWaiter = try PollWaiter(clock: systemClock)
        let meterWaiter = try PollWaiter(clock: systemClock)
        let pulseWaiter = try PollWaiter(clock: systemClock)
        let supervisorWaiter = try PollWaiter(clock: systemClock)
        let brokerWaiter = try PollWaiter(clock: systemClock)
        let commons = try BridgeCommons(
            configuration, store: store, clock: clock, recent: recent, pulseTaker: meterWaiter
        ) { [logger] in logger.error("\($0)") }
        let stop = StopSignal()
        let waiters = [radioWaiter, meterWaiter, pulseWaiter, supervisorWaiter, brokerWaiter]
        for waiter in waiters { stop.add(waiter) }
        let signs = Heartbeats(watcher: supervisorWaiter)
        let now = clock.monotonic
        signs.add("radio", sleeper: radioWaiter, at: now)
        signs.add("meters", sleeper: meterWaiter, at: now)
        if !configuration.pulses.isEmpty { signs.add("pulses", sleeper: pulseWaiter, at: now) }
        commons.linkStatus.connect(server: radioWaiter, sleepers: [supervisorWaiter, brokerWaiter])
        let brokerState = configuration.broker.map { BrokerState(host: $0.access.host) }
        let source = StatusSource(commons, clock: clock, heartbeats: signs, brokerState: brokerState)
        let publisher = try brokerState.flatMap { state in
            try publish(source, commons, state: state, waiter: brokerWaiter, stop: stop)
        }
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup { group in
                group.addTask { [self] in
                    let isTimeCritical = configuration.radio.isTimeCritical
                    try await RealtimeThread.run(name: "p1lora-radio", realtime: isTimeCritical) { privileges in
                        if isTimeCritical { tellPrivileges(privileges) }
                        try serveRadio(commons, signs, waiter: radioWaiter, stop: stop)
                    }
                }
                group.addTask { [self] in
                    try await RealtimeThread.run(name: "p1lora-meters", realtime: false) { _ in
                        try readMeters(commons, signs, waiter: meterWaiter, news: radioWaiter, stop: stop)
                    }
                }
                if configuration.pulses.isEmpty {
                    commons.pulses.close()
                } else {
                    group.addTask { [self] in
                        // Also when the thread can't be started: the one that reads the meters waits for it.
                        defer { commons.pulses.close() }
                        try await RealtimeThread.run(name: "p1lora-pulses", realtime: false) { _ in
                            try countPulses(commons, signs, waiter: pulseWaiter, stop: stop)
                        }
                    }
                }
                group.addTask { [self] in
                    try await RealtimeThread.run(name: "p1lora-status", realtime: false) { _ in
                        supervise(source, commons, waiter: supervisorWaiter, stop: stop)
                    }
                }
                // Whichever ends first ends the other, by itself or by its error.
                defer { stop.raise() }
                try await group.next()
                stop.raise()
                try await group.waitForAll()
            }
        } onGracefulShutdown: {
            stop.raise()
        }
        await publisher?.leave()
        logger.info("stopped")
    }

    /// How often is told how far the rescue of a damaged state file is.
    private static let progressPeriod = TimeSpan.seconds(10)

    private func openStore() throws(StoreError) -> StateStore {
        let manager = ServiceManager()
        let next = Mutex(MonotonicInstant?.none)
        let tell: @Sendable (String) -> Void = { [logger, systemClock] progress in
            let now = systemClock.monotonic
            let isDue = next.withLock { next in
                guard next.map({ $0 <= now }) ?? true else { return false }
                next = now + Self.progressPeriod
                return true
            }
            guard isDue else { return }
            logger.notice("\(progress)")
            manager?.tellPatience(status: progress)
        }
        return try StateStore(
            path: configuration.statePath, devEUI: configuration.lorawan.devEUI, progress: tell)
    }

    private func tellPrivileges(_ privileges: RealtimeThread.Privileges) {
        for loss in privileges.losses { logger.notice("\(loss) (AmbientCapabilities= in the systemd unit)") }
    }

    private func serveRadio(
        _ commons: BridgeCommons, _ signs: Heartbeats, waiter: PollWaiter, stop: StopSignal
    ) throws {
        let log = BridgeLog(logger: logger, clock: clock, meters: configuration.meterNames)
        // A first idea of how late this thread is; the windows themselves correct it.
        var lateness = WindowLateness()
        let trial = try WakeUpTrial.measure(
            count: 100, period: .milliseconds(2), clock: systemClock, waiter: waiter)
        for late in trial { lateness.note(late) }
        let link = try RadioFactory.makeLink(
            configuration, store: commons.store, clock: clock, systemClock: systemClock, lateness: lateness,
            simulated: simulatedRadio
        ) { [clock] event in
            let meaning = event.meaning
            log.write(meaning)
            commons.health.note(meaning, at: clock.monotonic)
        }
        let loop = UplinkLoop(commons, link: link, clock: clock, report: log.write(uplink:))
        while !stop.raised {
            loop.poll()
            signs.beat("radio", at: clock.monotonic)
            try waiter.wait(for: loop.pollDescriptors, until: loop.nextDeadline)
        }
        link.close()
    }

    private func readMeters(
        _ commons: BridgeCommons, _ signs: Heartbeats, waiter: PollWaiter, news: any Waking, stop: StopSignal
    ) throws {
        let log = BridgeLog(logger: logger, clock: clock, meters: configuration.meterNames)
        let loop = try MeterLoop(commons, clock: clock, report: commons.report(log, clock))
        // The last pulses are stored too.
        while !stop.raised || !commons.pulses.isClosed {
            if loop.poll() { news.wake() }
            signs.beat("meters", at: clock.monotonic)
            try waiter.wait(for: loop.pollDescriptors, until: loop.nextDeadline)
        }
        loop.flush()
    }

    private func countPulses(
        _ commons: BridgeCommons, _ signs: Heartbeats, waiter: PollWaiter, stop: StopSignal
    ) throws {
        let log = BridgeLog(logger: logger, clock: clock, meters: configuration.meterNames)
        guard let loop = try PulseLoop(commons, clock: clock, report: commons.report(log, clock)) else { return }
        while !stop.raised {
            loop.poll()
            signs.beat("pulses", at: clock.monotonic)
            try waiter.wait(for: loop.pollDescriptors, until: loop.nextDeadline)
        }
    }
}

/// The name by which the service group logs it; the configuration is no part of that.
extension BridgeService: CustomStringConvertible {
    package var description: String { "bridge" }
}
