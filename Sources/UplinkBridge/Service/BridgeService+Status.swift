import BridgeConfiguration
import HardwareInterfaces
import LinuxHardware
import LoRaWAN
import Logging
import Synchronization
import Timekeeping

extension BridgeService {
    /// Serves who asks how the bridge is, and the service manager. What fails here is told and ends nothing.
    func supervise(_ source: StatusSource, _ commons: BridgeCommons, waiter: PollWaiter, stop: StopSignal) {
        var supervisor = BridgeSupervisor(
            source, mailbox: commons.linkStatus, manager: ServiceManager(),
            sockets: StatusSockets(
                configuration.status, web: configuration.web,
                candidates: configuration.status.candidates(statePath: configuration.statePath), at: clock.monotonic),
            web: configuration.web.map { WebDesk($0, commons, clock: clock) }, linkChecks: commons.linkChecks,
            recent: commons.recent, clock: clock
        ) { [logger] event in
            switch event {
            case .failed(let what): logger.warning("\(what)")
            case .opened(let name): logger.notice("who asks at \(name) is answered now")
            }
        }
        while !stop.raised {
            supervisor.poll()
            do {
                try waiter.wait(for: supervisor.pollDescriptors, until: supervisor.nextDeadline(at: clock.monotonic))
            } catch {
                logger.error("status: \(error)")
                Pause.sleep(.seconds(1))
            }
        }
        supervisor.end()
    }

    /// Starts the thread that tells the broker. Nobody waits for it: a name server or a broker that does not answer may keep
    /// it for minutes.
    func publish(
        _ source: StatusSource, _ commons: BridgeCommons, state: BrokerState, waiter: PollWaiter, stop: StopSignal
    ) throws(HardwareError) -> BrokerLeave? {
        guard let settings = configuration.broker else { return nil }
        let leave = BrokerLeave()
        let pages = BrokerPages(
            settings, devEui: configuration.lorawan.devEUI.description, version: BridgeVersion.text)
        try RealtimeThread.spawn(name: "p1lora-mqtt", realtime: false) { [self] _ in
            defer { leave.isDone.store(true, ordering: .releasing) }
            do {
                let broker = try MosquittoBroker(.init(settings.access, topics: pages.topics))
                let log = BrokerLog(logger: logger, clock: clock)
                let loop = BrokerLoop(
                    broker: broker, pages: pages, every: settings.every, state: state, clock: clock,
                    prepare: { commons.linkStatus.ask() }, status: { source.status() }, report: log.write)
                while !stop.raised {
                    loop.poll()
                    try waiter.wait(for: loop.pollDescriptors, until: loop.nextDeadline(at: clock.monotonic))
                }
                loop.end()
            } catch {
                let now = clock.monotonic
                state.note { $0.trouble = ("\(error)", now) }
                logger.error("nothing is published: \(error)")
            }
        }
        return leave
    }
}
