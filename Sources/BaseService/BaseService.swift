import BridgeConfiguration
import BridgeStore
import HardwareInterfaces
import LinuxHardware
import LoRaWAN
package import Logging
import PrivateLink
import RadioDrivers
import ServerEvents
import ServiceLifecycle
import Timekeeping
import UplinkBridge

/// The base as a service: one thread serves the radio, and another the broker.
package struct BaseService: Service {
    let file: BaseFile
    let logger: Logger

    package init(_ file: BaseFile, logger: Logger) {
        (self.file, self.logger) = (file, logger)
    }

    /// Runs until the service group is told to shut down.
    /// - Throws: when the state file or the radio's devices can't be opened.
    package func run() async throws {
        let clock = LinuxClock()
        let store = try BaseStore(path: file.statePath)
        if let damage = store.damage { logger.error("\(damage): it is set aside, and all devices have to join anew") }
        let (radioWaiter, brokerWaiter) = (try PollWaiter(clock: clock), try PollWaiter(clock: clock))
        let mailbox = BaseMailbox(radio: radioWaiter, broker: brokerWaiter)
        let stop = StopSignal()
        let askWaiter = try PollWaiter(clock: clock)
        for waiter in [radioWaiter, brokerWaiter, askWaiter] { stop.add(waiter) }
        let board = BaseStatusBoard(file, waiting: { mailbox.waiting }, at: clock.monotonic)
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup { group in
                group.addTask {
                    try await RealtimeThread.run(name: "p1lora-base", realtime: true) { privileges in
                        for loss in privileges.losses { logger.notice("\(loss)") }
                        try serveRadio(store, mailbox, board, clock: clock, waiter: radioWaiter, stop: stop)
                    }
                }
                if let settings = file.brokerSettings {
                    group.addTask {
                        try await RealtimeThread.run(name: "p1lora-broker", realtime: false) { _ in
                            try serveBroker(settings, mailbox, board, clock: clock, waiter: brokerWaiter, stop: stop)
                        }
                    }
                }
                group.addTask {
                    try await RealtimeThread.run(name: "p1lora-status", realtime: false) { _ in
                        serveThoseWhoAsk(board, radio: radioWaiter, clock: clock, waiter: askWaiter, stop: stop)
                    }
                }
                defer { stop.raise() }
                try await group.next()
                stop.raise()
                try await group.waitForAll()
            }
        } onGracefulShutdown: {
            stop.raise()
        }
        logger.info("stopped")
    }

    /// What stands where ChirpStack names the gateway, by 16 digits: the JoinEUI that the base was given with its first device.
    private var gateway: String {
        DeviceIdentifier(rawValue: file.base.devices.first?.joinEUI.rawValue ?? 0).lowercased
    }

    private func serveRadio(
        _ store: BaseStore, _ mailbox: BaseMailbox, _ board: BaseStatusBoard, clock: LinuxClock, waiter: PollWaiter,
        stop: StopSignal
    ) throws {
        var configuration = file.base
        configuration.randomSeed = UInt64.random(in: .min ... .max)
        let messages = BaseMessages(
            application: file.application, gateway: gateway, region: configuration.region,
            frequency: configuration.frequency, name: { [file] in file.name(of: $0) })
        var log = BaseLog(logger) { [file] in file.name(of: $0) }
        let outbox =
            file.broker == nil
            ? nil : try BaseOutbox(store: store, mailbox: mailbox, messages: messages, clock: clock)
        let radio = try file.radio.open(lateness: WindowLateness(), syncWord: .privateNetwork)
        let link = try BaseLink(
            configuration: configuration, radio: radio, store: store, outbox: outbox, clock: clock
        ) { log.write($0) }
        while !stop.raised {
            for (downlink, device) in mailbox.takeDownlinks() { link.enqueue(downlink, for: device) }
            link.poll()
            let now = clock.monotonic
            board.note(link.side(at: now), at: now)
            try waiter.wait(for: link.pollDescriptors, until: link.nextDeadline)
        }
        link.close()
    }

    private func serveBroker(
        _ settings: MosquittoBroker.Settings, _ mailbox: BaseMailbox, _ board: BaseStatusBoard, clock: LinuxClock,
        waiter: PollWaiter, stop: StopSignal
    ) throws {
        let broker = BaseBroker(
            try MosquittoBroker(settings), mailbox: mailbox, application: file.application,
            host: "\(settings.host):\(settings.port)", clock: clock, board: board
        ) { [logger] in logger.notice("\($0)") }
        while !stop.raised {
            broker.poll()
            try waiter.wait(for: broker.pollDescriptors, until: broker.nextDeadline)
        }
        broker.end()
    }

    /// What fails here is told and ends nothing.
    private func serveThoseWhoAsk(
        _ board: BaseStatusBoard, radio: PollWaiter, clock: LinuxClock, waiter: PollWaiter, stop: StopSignal
    ) {
        let supervisor = BaseSupervisor(
            board, manager: ServiceManager(),
            sockets: StatusSockets(file.status, candidates: file.statusSockets, at: clock.monotonic), radio: radio,
            clock: clock
        ) { [logger] in logger.notice("\($0)") }
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
}
