package import BridgeConfiguration
import HardwareInterfaces
import LoRaWAN
import RadioDrivers
import Timekeeping

extension Examination {
    /// - Returns: whether it can be used.
    @discardableResult
    package func examineRadio(_ configuration: BridgeConfiguration) -> Bool {
        do {
            switch try configuration.radio.family() {
            case .chip(let kind): return try examine(kind)
            case .module(let module): return try examine(module)
            case .gateway(let gateway):
                return try examineGateway(configuration, server: "\(gateway.host):\(gateway.port)")
            case .simulated:
                report("radio", .ok, "simulated: nothing is sent")
                return false
            }
        } catch {
            report("radio", .failed, "\(error)")
            return false
        }
    }

    private func examine(_ kind: any ChipKind) throws -> Bool {
        wait(for: "asking the chip on \(kind.device)")
        let radio = try devices.openRadio(kind)
        defer { try? radio.sleep() }
        try radio.start(at: devices.clock.monotonic)
        report(
            "radio", .ok,
            "an \(kind.chipName) answers on \(kind.device), keeps what is written, and is calibrated"
                + (kind.remark.map { "; " + $0 } ?? ""))
        let isResetFine = try examineReset(radio, kind)
        let isEdgeFine = try examineEdges(radio, kind)
        return isResetFine && isEdgeFine
    }

    private func examineReset(_ radio: any BenchRadio, _ kind: any ChipKind) throws(RadioError) -> Bool {
        guard let line = kind.resetLine, let isObeyed = try radio.obeysReset(at: devices.clock.monotonic) else {
            report("reset", .warning, "no reset_line: a chip that hangs needs the power switched off and on")
            return true
        }
        if isObeyed {
            report("reset", .ok, "\(kind.gpioChip) line \(line) resets the chip")
        } else {
            report(
                "reset", .failed,
                "\(kind.gpioChip) line \(line) does not reset the chip: wire NRESET there, or correct reset_line "
                    + "(-1 when it is not wired)")
        }
        return isObeyed
    }

    private func examineEdges(_ radio: any BenchRadio, _ kind: any ChipKind) throws(RadioError) -> Bool {
        let (pin, subject) = (radio.edgeName, radio.edgeName.lowercased())
        guard let line = kind.edgeLine, let rises = try radio.raisesEdge(at: devices.clock.monotonic) else {
            report(
                subject, .warning, "no \(subject)_line: the chip is asked every few milliseconds while it works")
            return true
        }
        if rises {
            report(subject, .ok, "\(kind.gpioChip) line \(line) rises when the chip says so")
        } else {
            report(
                subject, .failed,
                "\(kind.gpioChip) line \(line) did not rise when the chip said so: wire \(pin) there, or correct "
                    + "\(subject)_line (-1 when it is not wired)")
        }
        return rises
    }

    private func examine(_ module: any ModuleKind) throws -> Bool {
        wait(for: "asking the module on \(module.device)")
        let (line, reset) = try devices.openModule(module)
        var probe = module.make.makeProbe(line: line, clock: devices.clock, waiter: devices.waiter)
        let portrait = try probe.ask()
        let supply = portrait.supply.map { ", \($0) mV" } ?? ""
        let identity = portrait.identity.map { ", EUI \($0)" } ?? ""
        report("radio", .ok, "\(portrait.name) answers on \(module.device)\(supply)\(identity); \(module.make.limits)")
        for oddity in portrait.oddities { report("radio", .warning, oddity) }
        guard let reset, let pin = module.reset else {
            report("reset", .warning, "no reset_line: a module that hangs needs the power switched off and on")
            return true
        }
        guard let isObeyed = try probe.obeys(reset) else {
            report("reset", .notTested, "\(pin) is not tried: a reset would cost the session, and so a join")
            return true
        }
        report(
            "reset", isObeyed ? .ok : .failed,
            isObeyed
                ? "\(pin) resets the module"
                : "\(pin) does not reset the module: wire RESET there, or correct reset_line (-1 when it is not wired)"
        )
        return isObeyed
    }

    /// How long a network server's answer to a keep-alive may take.
    private static let gatewayPatience = TimeSpan.seconds(5)

    private func examineGateway(_ configuration: BridgeConfiguration, server: String) throws -> Bool {
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
        return false
    }
}
