import BridgeConfiguration
import HardwareInterfaces
import LoRaWAN
import PrivateLink
import Synchronization
import Timekeeping
import UplinkBridge

/// What the threads of a base leave there for who asks: the radio's thread waits for nobody.
final class BaseStatusBoard: Sendable {
    /// Left by the radio's thread.
    struct RadioSide: Sendable {
        var devices: [DeviceView]
        var dataRate: DataRate
        var isPairing: Bool
        var refusals: [String: Int]
        var strangers: [DevEUI]
        var missedAnswers: Int
        /// Of the channel's sub-band; nil where there is no such account.
        var airTime: AirTimeWindow?
        var radioTrouble: String?
        var storeTrouble: String?
    }

    private struct Contents {
        var radio: RadioSide?
        var cameRound: MonotonicInstant?
        var isBrokerUp = false
        var brokerTrouble: String?
        var dropped = 0
    }

    private let contents = Mutex(Contents())
    private let file: BaseFile
    private let waiting: @Sendable () -> Int
    private let startedAt: MonotonicInstant

    /// - Parameters:
    ///   - file: the configuration.
    ///   - waiting: how many events wait for the broker.
    ///   - now: the start.
    init(_ file: BaseFile, waiting: @escaping @Sendable () -> Int, at now: MonotonicInstant) {
        (self.file, self.waiting, startedAt) = (file, waiting, now)
    }

    /// The radio's thread has done what there was to do.
    func note(_ side: RadioSide, at now: MonotonicInstant) {
        contents.withLock { ($0.radio, $0.cameRound) = (side, now) }
    }

    func note(broker isUp: Bool, trouble: String?) {
        contents.withLock { ($0.isBrokerUp, $0.brokerTrouble) = (isUp, trouble) }
    }

    func note(dropped count: Int) { contents.withLock { $0.dropped += count } }

    /// When the radio's thread last came round; nil before it has begun.
    var cameRound: MonotonicInstant? { contents.withLock(\.cameRound) }

    /// nil before the radio's thread has begun.
    func status(at now: MonotonicInstant) -> BaseStatus? {
        let contents = contents.withLock { $0 }
        guard let radio = contents.radio else { return nil }
        let broker = file.broker.map {
            BaseStatus.Broker(
                name: "\($0.host):\($0.port)", isConnected: contents.isBrokerUp, trouble: contents.brokerTrouble,
                waiting: waiting(), dropped: contents.dropped)
        }
        func seconds(_ span: TimeSpan) -> Double { Double(span.milliseconds) / 1_000 }
        let window = radio.airTime
        let used = window.map { $0.limit - $0.remaining(at: now) } ?? .zero
        return BaseStatus(
            version: BridgeVersion.withCommit, upSeconds: (now - startedAt).seconds, region: file.base.region.name,
            channelHertz: file.base.frequency, dataRate: "\(radio.dataRate)", isPairing: radio.isPairing,
            radioTrouble: radio.radioTrouble, storeTrouble: radio.storeTrouble, airTimeSeconds: seconds(used),
            airTimeLimitSeconds: window.flatMap { $0.limit < $0.length ? seconds($0.limit) : nil },
            missedAnswers: radio.missedAnswers, refusals: radio.refusals,
            strangers: radio.strangers.map { "\($0)" }, broker: broker, bridges: radio.devices.map { bridge($0, now) })
    }

    private func bridge(_ view: DeviceView, _ now: MonotonicInstant) -> BaseStatus.Bridge {
        let isHeard = view.heardAt != nil
        return BaseStatus.Bridge(
            name: file.name(of: view.devEUI), devEui: "\(view.devEUI)", devAddr: view.devAddr.map { "\($0)" },
            heardAgoSeconds: view.heardAt.map { max(0, (now - $0).seconds) }, rssi: isHeard ? view.rssi : nil,
            snr: isHeard ? Double(view.snrQuarters) / 4 : nil, dataRate: view.dataRate.map { "\($0)" },
            uplinks: view.uplinks, lost: view.lost, waiting: view.waiting, isMissing: view.isMissing)
    }
}
