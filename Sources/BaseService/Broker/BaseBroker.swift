import BridgeStore
import HardwareInterfaces
import LoRaWAN
import PrivateLink
import ServerEvents
import Timekeeping

/// Tells a broker what the base hears, in its order and with QoS 1, and takes its commands.
final class BaseBroker {
    private let broker: any MessageSubscriber
    private let mailbox: BaseMailbox
    private let application: String
    private let host: String
    private let clock: any Clock
    private let report: (String) -> Void
    /// Where it is told whether the broker is there; nil for nowhere.
    private let board: BaseStatusBoard?
    private let connection: BrokerConnection
    /// Why it is away, as it was told: a broker that refuses for days fills no log.
    private var told: String?

    /// By the broker's number: handed over, and not acknowledged. What breaks off is sent again by the client itself.
    private let inFlight = InFlight()
    private static let mostInFlight = 100

    /// Shared by the connection and what it calls back, in one thread.
    private final class InFlight { var numbers: [Int32: Int64] = [:] }

    /// - Parameters:
    ///   - broker: the connection; begun by the first poll.
    ///   - mailbox: where events wait.
    ///   - application: ChirpStack's identifier, which the topics begin with.
    ///   - host: for people.
    ///   - clock: the board's.
    ///   - board: told whether the broker is there.
    ///   - report: told what a person should know.
    init(
        _ broker: any MessageSubscriber, mailbox: BaseMailbox, application: String, host: String, clock: any Clock,
        board: BaseStatusBoard? = nil, report: @escaping (String) -> Void
    ) {
        self.board = board
        (self.broker, self.mailbox, self.application, self.host) = (broker, mailbox, application, host)
        (self.clock, self.report) = (clock, report)
        connection = BrokerConnection(broker, longestPause: .minutes(1), clock: clock)
        broker.onTaken = { [mailbox, inFlight] in
            if let number = inFlight.numbers.removeValue(forKey: $0) { mailbox.noteTaken([number]) }
        }
        broker.onMessage = { [mailbox, report, application] topic, payload in
            do {
                let command = try ChirpStackCommand(json: unsafe Array(payload))
                // Who may write to one device's topic orders nothing of another.
                guard topic == ChirpStackDevice.command(for: command.device, of: application) else {
                    return report("a downlink that came over MQTT is passed over: \(topic) is not \(command.device)'s")
                }
                let downlink = QueuedDownlink(
                    identifier: command.identifier, port: command.port, payload: command.payload,
                    confirmed: command.isConfirmed, expiresAt: command.expiresAt)
                mailbox.post(downlink, for: DevEUI(rawValue: command.device.rawValue))
            } catch {
                report("a downlink that came over MQTT is passed over: \(error)")
            }
        }
    }

    var pollDescriptors: [Int32] { connection.pollDescriptors }
    var nextDeadline: MonotonicInstant { connection.nextDeadline(at: clock.monotonic) }

    func poll() {
        do throws(HardwareError) {
            switch try connection.poll() {
            case .waiting: return
            case .accepted:
                try broker.subscribe(to: ChirpStackDevice.commands(of: application))
                connection.settle()
                told = nil
                board?.note(broker: true, trouble: nil)
                report("connected to the broker \(host)")
            case .up: break
            }
            try publish()
        } catch {
            _ = connection.lose()
            let reason = "the broker \(host) is away, what is heard waits for it: \(error)"
            if reason != told { report(reason) }
            board?.note(broker: false, trouble: "\(error)")
            told = reason
        }
    }

    func end() { connection.end() }

    private func publish() throws(HardwareError) {
        guard !broker.isCongested else { return }
        let (events, dropped) = mailbox.takeEvents(upTo: max(0, Self.mostInFlight - inFlight.numbers.count))
        if dropped > 0 {
            board?.note(dropped: dropped)
            report("the broker was away too long: \(dropped) events were thrown away, oldest first")
        }
        for (index, event) in events.enumerated() {
            do throws(HardwareError) {
                let number = try broker.deliver(Array(event.payload.utf8), to: event.topic)
                inFlight.numbers[number] = event.number
            } catch {
                mailbox.putBack(Array(events[index...]))
                throw error
            }
        }
    }
}
