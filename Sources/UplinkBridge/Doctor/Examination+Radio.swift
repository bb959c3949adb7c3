import HardwareInterfaces
import LoRaWAN
import RadioDrivers
import Timekeeping

extension Examination {
    /// - Returns: whether it can be used.
    func examineRadio(_ configuration: BridgeConfiguration) -> Bool {
        switch configuration.radio {
        case .sx127x(let settings): return examineChip(settings)
        case .rn2483(let settings): return examineModule(settings)
        case .udpGateway(let settings):
            return examineGateway(configuration, server: "\(settings.host):\(settings.port)")
        case .simulated:
            report("radio", .ok, "simulated: nothing is sent")
            return false
        }
    }

    private func examineChip(_ settings: SX127xConfiguration) -> Bool {
        do {
            wait(for: "asking the chip on \(settings.device)")
            let radio = try devices.openRadio(settings)
            defer { try? radio.sleep() }
            try radio.start(at: devices.clock.monotonic)
            report("radio", .ok, "an SX127x answers on \(settings.device), keeps what is written, and is calibrated")
            let isResetFine = try examineReset(radio, settings)
            let isEdgeFine = try examineEdges(radio, settings)
            return isResetFine && isEdgeFine
        } catch {
            report("radio", .failed, "\(error)")
            return false
        }
    }

    private func examineReset(_ radio: SX127x, _ settings: SX127xConfiguration) throws(RadioError) -> Bool {
        guard let line = settings.resetLine, let isObeyed = try radio.obeysReset(at: devices.clock.monotonic) else {
            report("reset", .warning, "no reset_line: a chip that hangs needs the power switched off and on")
            return true
        }
        if isObeyed {
            report("reset", .ok, "\(settings.gpioChip) line \(line) resets the chip")
        } else {
            report(
                "reset", .failed,
                "\(settings.gpioChip) line \(line) does not reset the chip: wire NRESET there, or correct reset_line "
                    + "(-1 when it is not wired)")
        }
        return isObeyed
    }

    private func examineEdges(_ radio: SX127x, _ settings: SX127xConfiguration) throws(RadioError) -> Bool {
        guard let line = settings.dio0Line, let rises = try radio.raisesEdge(at: devices.clock.monotonic) else {
            report("dio0", .warning, "no dio0_line: the chip is asked every few milliseconds while it works")
            return true
        }
        if rises {
            report("dio0", .ok, "\(settings.gpioChip) line \(line) rises when the chip says so")
        } else {
            report(
                "dio0", .failed,
                "\(settings.gpioChip) line \(line) did not rise when the chip said so: wire DIO0 there, or correct "
                    + "dio0_line (-1 when it is not wired)")
        }
        return rises
    }

    private func examineModule(_ settings: RN2483Configuration) -> Bool {
        do {
            wait(for: "asking the module on \(settings.device)")
            let (line, reset) = try devices.openModule(settings)
            var probe = RN2483Probe(line: line, clock: devices.clock, waiter: devices.waiter)
            let portrait = try probe.ask()
            let supply = portrait.supply.map { ", \($0) mV" } ?? ""
            let identity = portrait.hardwareEUI.map { ", EUI \($0)" } ?? ""
            report("radio", .ok, "\(portrait.firmware) answers on \(settings.device)\(supply)\(identity)")
            guard let reset, let pin = settings.reset else {
                report("reset", .warning, "no reset_line: a module that hangs needs the power switched off and on")
                return true
            }
            let isObeyed = try probe.obeys(reset)
            report(
                "reset", isObeyed ? .ok : .failed,
                isObeyed
                    ? "\(pin) resets the module"
                    : "\(pin) does not reset the module: wire RESET there, or correct reset_line (-1 when it is not wired)"
            )
            return isObeyed
        } catch {
            report("radio", .failed, "\(error)")
            return false
        }
    }

    /// How long a network server's answer to a keep-alive may take.
    private static let gatewayPatience = TimeSpan.seconds(5)

    private func examineGateway(_ configuration: BridgeConfiguration, server: String) -> Bool {
        do {
            guard let radio = try devices.openGateway(configuration) else { return false }
            try radio.start(at: devices.clock.monotonic)
            let end = devices.clock.monotonic + Self.gatewayPatience
            wait(for: "asking the network server at \(server), up to \(Self.gatewayPatience)")
            while devices.clock.monotonic < end {
                _ = radio.poll(at: devices.clock.monotonic)
                guard radio.lastAnswer == nil else { break }
                try devices.waiter.wait(for: radio.pollDescriptors, until: min(radio.nextDeadline ?? end, end))
            }
            guard radio.lastAnswer == nil else {
                report("radio", .ok, "the network server at \(server) answers this gateway")
                return true
            }
            report(
                "radio", .failed,
                "no network server answers at \(server): does it listen there for the packet forwarders' UDP protocol, "
                    + "and is no firewall between?")
        } catch {
            report("radio", .failed, "\(error)")
        }
        return false
    }
}
