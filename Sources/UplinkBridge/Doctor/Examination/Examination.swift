import BridgeConfiguration
import HardwareInterfaces
import LinuxHardware
import LoRaWAN
package import Timekeeping

/// Looks at everything that the bridge needs, and says of each what to do.
///
/// A service that is running is not disturbed: what it holds is named and left alone. Nothing is sent unless that is asked
/// for, and then within the law's account in the state file.
package struct Examination {
    package struct Options: Sendable {
        /// Sends a test frame.
        package var transmits = false
        /// Joins the network, unless there is a session.
        package var joins = false
        /// How long a meter's first telegram is waited for: those of DSMR 2.2 and the smarty come every 10 s.
        package var meterPatience = TimeSpan.seconds(25)

        package init() {}
    }

    let path: String
    let options: Options
    let devices: ExaminedDevices
    private let waits: (String) -> Void
    private let reporter: (Finding) -> Void

    /// - Parameters:
    ///   - waits: called with what is waited for, before each wait.
    ///   - report: called with each finding as it is made.
    package init(
        configurationPath: String, options: Options = Options(), devices: ExaminedDevices,
        waits: @escaping (String) -> Void = { _ in }, report: @escaping (Finding) -> Void
    ) {
        self.waits = waits
        path = configurationPath
        self.options = options
        self.devices = devices
        reporter = report
    }

    func report(_ subject: String, _ verdict: Finding.Verdict, _ message: String) {
        reporter(Finding(subject, verdict, message))
    }

    /// - Parameter what: "listening to meter main, up to 25 s"
    func wait(for what: String) { waits(what) }

    package func run() {
        guard let configuration = examineConfiguration() else { return }
        examineClock()
        guard actAsService(configuration) else { return }
        let isFree = examineState(configuration)
        guard isFree else {
            let held = configuration.meters.map { "meter \($0.name)" } + configuration.pulses.map { "meter \($0.name)" }
            for subject in held + ["radio"] {
                report(subject, .notTested, "the running service holds it: stop that first (systemctl stop p1lora)")
            }
            if options.transmits || options.joins { report("network", .notTested, "the service is running") }
            return
        }
        examinePage(configuration)
        examineMeters(configuration)
        examinePulses(configuration.pulses)
        let isRadioWell = examineRadio(configuration)
        guard options.transmits || options.joins else { return }
        guard isRadioWell else {
            return report("network", .notTested, "without a radio that works nothing can be sent")
        }
        if options.transmits { examineTransmission(configuration) }
        if options.joins { examineJoin(configuration) }
    }

    private func examineConfiguration() -> BridgeConfiguration? {
        do {
            let configuration = try BridgeConfiguration(contentsOfFile: path, guardsKeys: true)
            report("configuration", .ok, path)
            report("keys", .ok, "readable by their owner only")
            for secret in configuration.exampleSecrets { report("keys", .warning, secret) }
            for warning in configuration.lorawan.warnings { report("configuration", .warning, "\(warning)") }
            if configuration.sendsParity {
                report(
                    "configuration", .ok,
                    "parity: sums of reports need p1lora-collector at the server; p1lora status tells whether it is heard of"
                )
            }
            return configuration
        } catch {
            // With its keys open to others, or known to them, it may still be right in everything else.
            let configuration = try? BridgeConfiguration(contentsOfFile: path)
            if configuration != nil { report("configuration", .ok, path) }
            for mistake in error.mistakes {
                if configuration == nil {
                    report("configuration", .failed, "\(path): \(mistake)")
                } else {
                    report("keys", .failed, "\(mistake)")
                }
            }
            return configuration
        }
    }

    /// Root looks with the eyes of the service, and leaves no file of his own with its state.
    private func actAsService(_ configuration: BridgeConfiguration) -> Bool {
        do {
            try FileOwner.become(of: configuration.stateFiles, reaches: false)
            return true
        } catch {
            report("state", .failed, "\(error)")
            return false
        }
    }

    private func examineClock() {
        guard devices.clock.isUTCTrusted else {
            return report(
                "clock", .warning,
                "\(devices.clock.utc) is not synchronised: wait, or set up a time server (timedatectl); without one the "
                    + "meter's stamps are used, and the network is asked for the time")
        }
        report("clock", .ok, "synchronised, \(devices.clock.utc)")
    }
}
