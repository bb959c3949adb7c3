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
        for waiter in [radioWaiter, brokerWaiter] { stop.add(waiter) }
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup { group in
                group.addTask {
                    try await RealtimeThread.run(name: "p1lora-base", realtime: true) { privileges in
                        for loss in privileges.losses { logger.notice("\(loss)") }
                        try serveRadio(store, mailbox, clock: clock, waiter: radioWaiter, stop: stop)
                    }
                }
                if let settings = brokerSettings {
                    group.addTask {
                        try await RealtimeThread.run(name: "p1lora-broker", realtime: false) { _ in
                            try serveBroker(settings, mailbox, clock: clock, waiter: brokerWaiter, stop: stop)
                        }
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
        _ store: BaseStore, _ mailbox: BaseMailbox, clock: LinuxClock, waiter: PollWaiter, stop: StopSignal
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
            try waiter.wait(for: link.pollDescriptors, until: link.nextDeadline)
        }
        link.close()
    }

    private func serveBroker(
        _ settings: MosquittoBroker.Settings, _ mailbox: BaseMailbox, clock: LinuxClock, waiter: PollWaiter,
        stop: StopSignal
    ) throws {
        let broker = BaseBroker(
            try MosquittoBroker(settings), mailbox: mailbox, application: file.application,
            host: "\(settings.host):\(settings.port)", clock: clock
        ) { [logger] in logger.notice("\($0)") }
        while !stop.raised {
            broker.poll()
            try waiter.wait(for: broker.pollDescriptors, until: broker.nextDeadline)
        }
        broker.end()
    }

    private var brokerSettings: MosquittoBroker.Settings? {
        guard let access = file.broker else { return nil }
        var settings = MosquittoBroker.Settings(
            host: access.host, port: access.port, clientIdentifier: "p1lora-base-\(file.application)")
        (settings.user, settings.password) = (access.user, access.password)
        if access.usesTLS { settings.authorities = .init(file: access.authorities) }
        settings.keepsSession = true
        return settings
    }
}
