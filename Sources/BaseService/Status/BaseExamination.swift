package import BridgeConfiguration
import BridgeStore
import Glibc
import HardwareInterfaces
import LinuxHardware
import LoRaWAN
import PrivateLink
package import RadioDrivers
package import Timekeeping
package import UplinkBridge

/// What keeps a base from working, and what to do. Nothing is sent, and a service that runs is asked and not disturbed.
package struct BaseExamination {
    /// What the machine has.
    package struct Devices {
        /// Of the running service; nil where none answers.
        package var status: () -> BaseStatus?
        /// Bytes that are left for a folder; nil when nobody knows.
        package var freeSpace: (String) -> Int?
        /// The chip's driver, opened.
        package var radio: () throws -> any BenchRadio
        /// Why the broker is not there; nil where it takes the connection.
        package var broker: (BrokerAccess) -> String?
        package var now: () -> MonotonicInstant

        /// - Parameters:
        ///   - status: of the running service; nil where none answers.
        ///   - freeSpace: bytes that are left for a folder.
        ///   - radio: opens the chip's driver.
        ///   - broker: why it is not there; nil where it takes the connection.
        ///   - now: the board's clock.
        package init(
            status: @escaping () -> BaseStatus?, freeSpace: @escaping (String) -> Int?,
            radio: @escaping () throws -> any BenchRadio, broker: @escaping (BrokerAccess) -> String?,
            now: @escaping () -> MonotonicInstant
        ) {
            (self.status, self.freeSpace, self.radio, self.broker, self.now) = (status, freeSpace, radio, broker, now)
        }
    }

    private let file: BaseFile
    private let devices: Devices
    private let report: (Finding) -> Void

    /// Less is soon used up by logs alone.
    private static let scarce = 50 << 20

    /// - Parameters:
    ///   - file: the base's configuration.
    ///   - devices: what the machine has.
    ///   - report: told each finding as it is found.
    package init(_ file: BaseFile, devices: Devices, report: @escaping (Finding) -> Void) {
        (self.file, self.devices, self.report) = (file, devices, report)
    }

    package func run() {
        examineFile()
        examineState()
        if let status = devices.status() {
            report(Finding("service", .ok, "is running, up \(status.upSeconds / 60) min"))
            report(Finding("radio", .notTested, "the service has it"))
            examine(status)
        } else {
            report(Finding("service", .warning, "does not run: sudo systemctl start p1lora-base"))
            examineRadio()
            if let broker = file.broker { examine(broker) }
        }
        if file.broker == nil {
            report(Finding("broker", .warning, "no [mqtt]: what is heard is told in the log alone"))
        }
    }

    private func examineFile() {
        for line in file.summary.prefix(2) { report(Finding("configuration", .ok, line)) }
        guard file.names.isEmpty else { return }
        report(Finding("bridges", .failed, "no [[device]] yet: \"p1lora base pair cellar\" makes one"))
    }

    private func examineState() {
        let path = file.statePath
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        if access(folder, F_OK) != 0 {
            report(Finding("state", .warning, "\(folder) is not there: the service makes it (StateDirectory=)"))
        } else if access(folder, W_OK) != 0 {
            report(Finding("state", .failed, "\(folder) can't be written by this user: give it to that of the service"))
        } else {
            report(Finding("state", .ok, path))
        }
        if let free = devices.freeSpace(folder), free < Self.scarce {
            let text =
                "\(free >> 20) MB are left for \(folder): make room, or nothing can be stored and nothing is answered"
            report(Finding("disk", .failed, text))
        }
    }

    private func examineRadio() {
        do {
            let radio = try devices.radio()
            try radio.start(at: devices.now())
            try radio.sleep()
            report(Finding("radio", .ok, "the chip answers"))
        } catch {
            report(Finding("radio", .failed, "\(error)"))
        }
    }

    private func examine(_ access: BrokerAccess) {
        if let reason = devices.broker(access) {
            report(Finding("broker", .failed, reason))
        } else {
            report(Finding("broker", .ok, "\(access.host):\(access.port) takes the connection"))
        }
    }

    // MARK: What a running base has seen

    private func examine(_ status: BaseStatus) {
        if let trouble = status.storeTrouble { report(Finding("disk", .failed, trouble)) }
        if let trouble = status.radioTrouble { report(Finding("radio", .failed, trouble)) }
        for bridge in status.bridges { examine(bridge, of: status) }
        if status.refusals["wrong-key", default: 0] > 0 {
            report(
                Finding(
                    "keys", .failed,
                    "frames came with a DevEUI or an address of ours and another key: a bridge with a key that is not this "
                        + "file's, or two bases with one pairing. Pair the bridge anew"))
        }
        if status.refusals["replay", default: 0] > 0 {
            report(
                Finding(
                    "keys", .warning,
                    "frames or joins came whose counters were used: a board whose state was lost (pair it anew), two boards "
                        + "with one pairing, or somebody who repeats what was heard"))
        }
        for stranger in status.strangers {
            report(
                Finding(
                    "strangers", .warning,
                    "\(stranger) wants to join and is not in the file: is its [[device]] missing, or its DevEUI mistyped?"
                ))
        }
        if let broker = status.broker {
            let trouble = broker.trouble ?? "no connection yet"
            let text = broker.isConnected ? "\(broker.name) is connected" : "\(broker.name): \(trouble)"
            report(Finding("broker", broker.isConnected ? .ok : .failed, text))
        }
        if let limit = status.airTimeLimitSeconds, status.airTimeSeconds * 10 > limit * 9 {
            report(Finding("air-time", .warning, "nine tenths of the law's hour are used: answers are left out"))
        }
    }

    private func examine(_ bridge: BaseStatus.Bridge, of status: BaseStatus) {
        let subject = "bridge \(bridge.name)"
        guard bridge.heardAgoSeconds == nil || bridge.isMissing else {
            let share = bridge.share.map { ", \($0) % of its frames" } ?? ""
            return report(
                Finding(subject, .ok, "heard \(bridge.heardAgoSeconds ?? 0) s ago, \(bridge.rssi ?? 0) dBm\(share)"))
        }
        // It calls each two minutes, and is listened to within 47.
        guard status.upSeconds >= 3_600 else {
            return report(Finding(subject, .notTested, "not heard in the \(status.upSeconds / 60) min since the start"))
        }
        report(
            Finding(
                subject, .failed,
                "is not heard. Has it power? Are its channel_hz \(file.base.frequency), pairing_data_rate "
                    + "\(file.base.pairingDataRate.index) and DevEUI \(bridge.devEui) those of this file?"))
    }
}

extension BaseExamination.Devices {
    /// Those of this machine, for a configuration.
    package static func ofThisMachine(_ file: BaseFile) -> Self {
        let clock = LinuxClock()
        return Self(
            status: {
                for path in file.statusSockets {
                    guard let bytes = try? LocalRequest.get("/status", socket: path, patience: .seconds(5)),
                        let status = try? BaseStatus(json: bytes)
                    else { continue }
                    return status
                }
                return nil
            }, freeSpace: { DiskSpace.free(at: $0) },
            radio: { try file.radio.open(lateness: WindowLateness(), syncWord: .privateNetwork) },
            broker: { _ in Self.trouble(ofBrokerOf: file, clock: clock) }, now: { clock.monotonic })
    }

    private static func trouble(ofBrokerOf file: BaseFile, clock: LinuxClock) -> String? {
        guard var settings = file.brokerSettings else { return nil }
        // Not the service's: the broker keeps that one's session.
        settings.clientIdentifier += "-doctor"
        settings.keepsSession = false
        do {
            let broker = try MosquittoBroker(settings)
            try broker.connect()
            let end = clock.monotonic + .seconds(5)
            while clock.monotonic < end {
                try broker.serve()
                if broker.isAccepted {
                    broker.disconnect()
                    return nil
                }
                usleep(20_000)
            }
            return "\(settings.host):\(settings.port) took the connection and says nothing"
        } catch {
            return "\(error)"
        }
    }
}
