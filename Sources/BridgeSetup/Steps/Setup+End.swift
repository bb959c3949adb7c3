import BridgeConfiguration
import Ciphers
import HardwareInterfaces
import LinuxHardware
import Timekeeping
import UplinkBridge

extension Setup {
    func normalKey(_ text: String) -> String? { (try? AES128Key(written: text))?.bytes.hex.uppercased() }

    // MARK: The file

    func write() throws(SetupStop) {
        let (text, keepsOld) = composed()
        let configuration: BridgeConfiguration
        do {
            configuration = try BridgeConfiguration(text: text, folder: SetupTarget(path).folder)
        } catch {
            throw .failed("the answers do not go together: \(error.mistakes[0].message)")
        }
        if !keepsOld {
            dialogue.show(
                "The file is written in a way in which single lines can't be changed: a new one takes its place. What else is in it "
                    + "has to be brought over by hand.")
        }
        guard !options.isDryRun else { return dialogue.show(masked(text)) }
        showSummary()
        try checkState(configuration)
        guard try askYes("Write \(path)?", option: "--yes") else { throw .back }
        let kept = try SetupTarget(path).write(text)
        dialogue.show("\(path) is written\(kept.map { "; the old one is \($0)" } ?? "").")
    }

    /// A state that is there may be of another device, or damaged: the service would not start with it.
    private func checkState(_ configuration: BridgeConfiguration) throws(SetupStop) {
        // A file of its own for a trial, without a state of its own, is not the service's.
        guard devices.service.isManaged || existing?.namesState == true else { return }
        var failures: [String] = []
        let examination = Examination(configurationPath: path, devices: devices.examined) { finding in
            if finding.verdict == .failed { failures.append(finding.message) }
        }
        do {
            // SQLite makes files beside the one that it reads.
            _ = try FileOwner.act(asOwnerOf: configuration.stateFiles) { examination.examineState(configuration) }
        } catch {
            failures.append("\(error)")
        }
        guard !failures.isEmpty else { return }
        let text = failures.joined(separator: "; ")
        guard dialogue.isInteractive, !options.takesProposals else { throw .failed("state: \(text)") }
        dialogue.show(text)
        let goesOn = try askYes("Write the file all the same?", proposal: false, option: "--dev-eui")
        if !goesOn { throw .back }
    }

    private func showSummary() {
        let meters = answers.meters.isEmpty ? "simulated pulses" : answers.meters.map(\.input).joined(separator: ", ")
        let radio = ([answers.radio.type] + answers.radio.entries.dropFirst().map { $0.text }).joined(separator: " ")
        dialogue.show(
            "meter   \(meters)\nradio   \(radio)\nnetwork \(answers.network), \(answers.region)\n"
                + "reports \(answers.profile)\nDevEUI  \(answers.devEUI)")
    }

    /// For a screen: no key.
    private func masked(_ text: String) -> String {
        let secrets = [answers.appKey] + answers.meters.flatMap { [$0.key, $0.authenticationKey].compactMap(\.self) }
        return secrets.filter { !$0.isEmpty }.reduce(text) { $0.replacing($1, with: String(repeating: "*", count: 32)) }
    }

    // MARK: What is to be done elsewhere

    func showRegistration() throws(SetupStop) {
        if answers.network == "private" {
            return dialogue.show(
                "\nThe base's file has the [[device]] lines that p1lora base pair showed with the pairing; start the base anew, "
                    + "and it lets this bridge in within an hour, most often within minutes.")
        }
        let registration: Registration
        do {
            registration = try Registration(contentsOfFile: path, showsSecret: dialogue.isInteractive)
        } catch {
            return dialogue.show("\(error)")
        }
        dialogue.show("\nRegister the device in the network server (p1lora keys show tells it again):")
        dialogue.show(registration.fields.map { "  " + $0.name.padded(to: 22) + $0.value }.joined(separator: "\n"))
        dialogue.show(Self.place(answers.network))
        dialogue.show("The decoder: p1lora codec > p1lora.js, to be pasted there as the formatter or codec of uplinks.")
        guard let text = registration.qrText, dialogue.isInteractive, !options.takesProposals else { return }
        // It fills the screen, and what is to be typed is above it.
        let isWanted = try askYes("Show its QR code, for the server's app?", proposal: false, option: "--yes")
        if isWanted { dialogue.showCode(text) }
    }

    private static func place(_ network: String) -> String {
        switch network {
        case "ttn":
            "The Things Stack: your application, End devices, Register end device, Enter end device specifics manually; "
                + "afterwards Payload formatters, Uplink, Custom JavaScript formatter."
        case "chirpstack":
            "ChirpStack: Device profiles (MAC version and codec), then your application, Add device, and its OTAA keys."
        default: "The names of the fields are those of most servers' pages."
        }
    }

    // MARK: The service

    /// How long a join may take that nothing hinders.
    private static let patience = TimeSpan.minutes(15)

    func startService() throws(SetupStop) {
        guard options.startsService else {
            return dialogue.show(
                "\nThe service is not started: p1lora doctor --join, then systemctl enable --now p1lora.")
        }
        guard devices.service.isManaged else {
            return dialogue.show("\nNo service manager has p1lora here: p1lora run --config \(path) starts it.")
        }
        guard try askYes("\nStart the service, now and whenever the board starts?", option: "--no-start") else {
            return
        }
        try devices.service.start()
        try awaitFirstUplink()
    }

    private func awaitFirstUplink() throws(SetupStop) {
        let socket: String
        do {
            let configuration = try BridgeConfiguration(contentsOfFile: path)
            socket = configuration.status.candidates(statePath: configuration.statePath).first ?? ""
        } catch {
            throw .failed("\(error)")
        }
        let clock = devices.examined.clock
        let end = clock.monotonic + Self.patience
        var told = ""
        defer { dialogue.progress("") }
        while clock.monotonic < end {
            let state = UplinkProgress(
                devices.service.status(socket: socket), after: clock.monotonic - (end - Self.patience))
            if state.isDone {
                dialogue.progress("")
                dialogue.show(state.words)
                try checkQuality(socket)
                return dialogue.show("Done. p1lora status says how it is, p1lora doctor what is wrong.")
            }
            if let trouble = state.trouble, trouble != told {
                dialogue.progress("")
                dialogue.show(trouble)
                told = trouble
            }
            dialogue.progress("\(state.words) (Enter: no longer)")
            if try isLeftAlone() { break }
        }
        dialogue.progress("")
        dialogue.show("The service goes on by itself: p1lora status tells how it is, p1lora doctor what to do.")
    }

    /// Will it be heard here?
    private func checkQuality(_ socket: String) throws(SetupStop) {
        devices.service.orderLinkCheck(socket: socket)
        let clock = devices.examined.clock
        let end = clock.monotonic + Self.checkPatience
        while clock.monotonic < end {
            if let check = devices.service.status(socket: socket)?.link?.linkCheck {
                dialogue.progress("")
                return dialogue.show(check.words)
            }
            dialogue.progress("asking the network how well it hears the device (Enter: no longer)")
            if try isLeftAlone() { break }
        }
        dialogue.progress("")
        dialogue.show("The network did not tell how well it hears the device: see p1lora status later.")
    }

    /// Waits two seconds, or until something is typed, and not at all for who has no time.
    private func isLeftAlone() throws(SetupStop) -> Bool {
        if try dialogue.isHurried() { return true }
        do {
            let until = devices.examined.clock.monotonic + .seconds(2)
            try devices.examined.waiter.wait(for: dialogue.pollDescriptors, until: until)
        } catch {
            throw .failed("\(error)")
        }
        return false
    }

    private static let checkPatience = TimeSpan.seconds(90)
}
