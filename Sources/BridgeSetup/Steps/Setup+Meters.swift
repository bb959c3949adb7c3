import Ciphers
import HardwareInterfaces
import LinuxHardware
import SmartMeter
import Timekeeping
import UplinkBridge

extension Setup {
    private static let option = "--meter"

    func askMeters() throws(SetupStop) {
        let chosen = try options.meters.isEmpty ? chooseMeters() : options.meters.map { given($0) }
        answers.registers = nil
        answers.meters = []
        for heard in chosen where heard.path != "simulated" {
            answers.meters.append(try meter(heard))
        }
        if answers.meters.isEmpty {
            dialogue.show("Simulated pulses stand in for a meter, so that all else can be tried; nothing is measured.")
        }
    }

    // MARK: Which

    private func given(_ input: String) -> HeardMeter {
        HeardMeter(path: input, settings: nil, kind: .silent(""))
    }

    private func chooseMeters() throws(SetupStop) -> [HeardMeter] {
        let known = existing == nil ? [] : answers.meters
        if !known.isEmpty {
            let inputs = known.map(\.input).joined(separator: ", ")
            let keeps = try askYes("Keep the meter at \(inputs), as the file has it?", option: Self.option)
            if keeps { return known.map { given($0.input) } }
        }
        while true {
            if let chosen = try chooseAmongPorts() { return chosen }
        }
    }

    /// - Returns: nil to listen once more.
    private func chooseAmongPorts() throws(SetupStop) -> [HeardMeter]? {
        let heard = try listenToPorts()
        var entries = heard.map { "\($0.path)\n    \($0.words)" }
        entries += ["another port, or tcp://host:port", "no meter yet: simulated pulses", "listen once more"]
        for (number, entry) in entries.enumerated() { dialogue.show(" \(number + 1)  \(entry)") }
        let meters = heard.indices.filter { heard[$0].isMeter }
        let proposal = meters.first.map { "\($0 + 1)" } ?? (options.takesProposals ? nil : "\(entries.count)")
        if meters.count > 1 { dialogue.show("Several at once: 1 2") }
        while true {
            let answer = try ask(Question("Which is the meter?", proposal: proposal, option: Self.option))
            let numbers = answer.split { $0 == " " || $0 == "," }.map { (Int($0) ?? 0) - 1 }
            if !numbers.isEmpty, numbers.allSatisfy(heard.indices.contains), Set(numbers).count == numbers.count {
                return numbers.map { heard[$0] }
            }
            switch numbers.count == 1 ? numbers[0] - heard.count : -1 {
            case 0:
                let path = try ask(Question("Its path or address", option: Self.option))
                return [given(path)]
            case 1: return [given("simulated")]
            case 2: return nil
            default: dialogue.show("Type a number from 1 to \(entries.count).")
            }
        }
    }

    private func listenToPorts() throws(SetupStop) -> [HeardMeter] {
        let ports = devices.ports()
        let free = ports.filter { !$0.isConsole }
        for port in ports where port.isConsole {
            dialogue.show(
                "\(port.path): left alone, the system's console is there (raspi-config, Interface Options, Serial Port)"
            )
        }
        guard !free.isEmpty else {
            dialogue.show("There is no serial port: plug the cable in.")
            return []
        }
        dialogue.show("Nothing is written to a port while it is listened to, and DTR and RTS are lowered.")
        let count = free.count == 1 ? "1 serial port" : "\(free.count) serial ports"
        let heard = try listen(to: free.map(\.path), patience: SettingsSearch.round, "listening to \(count)")
        return heard.map(withHolder)
    }

    /// A port that another program holds, with that program.
    private func withHolder(_ heard: HeardMeter) -> HeardMeter {
        guard case .failed(let error) = heard.kind else { return heard }
        let told = HardwareError(error.reason, device: error.device, message: explained(error))
        return HeardMeter(path: heard.path, settings: heard.settings, kind: .failed(told))
    }

    // MARK: Its key

    private func meter(_ heard: HeardMeter) throws(SetupStop) -> SetupAnswers.Meter {
        var meter = answered(heard.path) ?? SetupAnswers.Meter(input: heard.path)
        if let key = try given(options.key, "--key-file") { meter.key = key }
        if let key = try given(options.authenticationKey, "--auth-key-file") { meter.authenticationKey = key }
        if let settings = heard.settings { meter.settings = settings == SerialSettings() ? nil : settings }
        guard !options.skipsChecks else { return meter }
        var now = heard
        // Not listened to before, or with a key that nobody has tried.
        if case .silent = heard.kind { now = try check(meter) }
        while true {
            switch now.kind {
            case .telegram(let telegram):
                note(telegram, &meter, now)
                return meter
            case .encrypted(let name) where meter.key == nil:
                guard try askKey(name, &meter) else { return meter }
            case .wrongKey(let text), .otherAuthenticationKey(let text): try treat(now.kind, text, &meter)
            case .encrypted: break
            case .unreadable(let text), .silent(let text):
                try judge(text, meter)
                return meter
            case .failed(let error):
                try judge(explained(error), meter)
                return meter
            }
            now = try check(meter)
        }
    }

    /// What the file that is there says of a meter.
    private func answered(_ path: String) -> SetupAnswers.Meter? {
        var old = SetupAnswers()
        existing?.propose(into: &old)
        return old.meters.first { $0.input == path }
    }

    private func given(_ key: String?, _ option: String) throws(SetupStop) -> String? {
        guard let key else { return nil }
        do {
            _ = try AES128Key(written: key)
            return key
        } catch {
            throw .failed("\(option): \(error)")
        }
    }

    private func check(_ meter: SetupAnswers.Meter) throws(SetupStop) -> HeardMeter {
        let keys = meter.key.flatMap { try? AES128Key(written: $0) }.map { key in
            MeterKeys(
                encryptionKey: key, authenticationKey: meter.authenticationKey.flatMap { try? AES128Key(written: $0) },
                tagCheck: meter.trustsChecksum ? .crcOnly : .strict)
        }
        let heard = try listen(
            to: [meter.input], keys: keys, settings: meter.settings,
            patience: keys == nil && meter.settings == nil ? SettingsSearch.round : Self.keyPatience,
            "waiting for the next telegram of \(meter.input)")
        return heard[0]
    }

    private func note(_ telegram: Telegram, _ meter: inout SetupAnswers.Meter, _ heard: HeardMeter) {
        meter.remark = heard.words
        if let settings = heard.settings, settings != SerialSettings() { meter.settings = settings }
        let found = ProposedRegisters.found(in: telegram)
        if answers.registers == nil, !found.isEmpty { answers.registers = found }
        dialogue.show("\(meter.input): \(heard.words), \(telegram.objects.count) values")
    }

    /// - Returns: false to go on without one.
    private func askKey(_ name: String, _ meter: inout SetupAnswers.Meter) throws(SetupStop) -> Bool {
        dialogue.show(
            "Meter \(name) encrypts. Its key has 32 hexadecimal digits; the grid operator gives it out (in Luxembourg the \"clé "
                + "de déchiffrement\" of your smarty). It is not shown as you type.")
        guard dialogue.isInteractive, !options.takesProposals else {
            throw .failed("--key-file: meter \(name) encrypts, and its key is not given")
        }
        meter.key = try typedKey("Key (nothing: later)", option: "--key-file")
        if meter.key == nil {
            dialogue.show("Without its key nothing of the meter can be read: run p1lora setup again when you have it.")
        }
        return meter.key != nil
    }

    private func typedKey(_ text: String, option: String) throws(SetupStop) -> String? {
        while true {
            let typed = try ask(Question(text, proposal: "", isSecret: true, option: option))
            if typed.isEmpty { return nil }
            do {
                return try AES128Key(written: typed).bytes.hex.uppercased()
            } catch {
                dialogue.show("\(error)")
            }
        }
    }

    private func treat(
        _ kind: HeardMeter.Kind, _ text: String, _ meter: inout SetupAnswers.Meter
    ) throws(SetupStop) {
        dialogue.show(text)
        guard dialogue.isInteractive, !options.takesProposals else { throw .failed("--key-file: \(text)") }
        if case .otherAuthenticationKey = kind {
            meter.authenticationKey = try typedKey(
                "Authentication key (nothing: trust the telegram's checksum)", option: "--auth-key-file")
            meter.trustsChecksum = meter.authenticationKey == nil
        } else {
            let typed = try typedKey(
                "Another key (nothing: try the next telegrams with the same)", option: "--key-file")
            meter.key = typed ?? meter.key
        }
    }

    /// Of a line on which no telegram could be had.
    private func judge(_ text: String, _ meter: SetupAnswers.Meter) throws(SetupStop) {
        dialogue.show("\(meter.input): \(text)")
        guard dialogue.isInteractive, !options.takesProposals else {
            throw .failed("\(Self.option) \(meter.input): \(text) (--no-check takes it all the same)")
        }
        let takes = try askYes("Take it all the same?", proposal: false, option: Self.option)
        if !takes { throw .back }
    }
}
