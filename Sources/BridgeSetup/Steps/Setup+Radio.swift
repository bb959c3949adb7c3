import BridgeConfiguration
import HardwareInterfaces
import LinuxHardware
import RadioDrivers
import UplinkBridge

extension Setup {
    private static let option = "--radio"

    func askRadio() throws(SetupStop) {
        while true {
            if let type = options.radio {
                answers.radio = try given(type)
            } else {
                answers.radio = try chooseRadio()
            }
            if try isWell() { return }
        }
    }

    // MARK: Options

    private func given(_ type: String) throws(SetupStop) -> SetupAnswers.Radio {
        guard RadioKinds.all.contains(where: { $0.name == type }) else {
            throw .failed(
                "\(Self.option): \"\(type)\": \(RadioKinds.all.map { $0.name }.joined(separator: ", ")) are known")
        }
        var entries: [SetupAnswers.Entry] = []
        if let board = options.board, board != "module" { entries.append(.init("board", string: board)) }
        if let part = options.part { entries.append(.init("part", string: part)) }
        if let gain = options.amplifierGain { entries.append(.init("pa_gain", literal: "\(gain)")) }
        if let device = options.device { entries.append(.init("device", string: device)) }
        if let server = options.server { entries.append(.init("server", string: server)) }
        if type == "udp-gateway" { entries.append(.init("gateway_eui", string: gatewayEUI)) }
        return .init(type, entries)
    }

    /// Of a gateway that is not there: the device's own, in a space of its own.
    private var gatewayEUI: String { "AA" + answers.devEUI.dropFirst(2) }

    // MARK: Questions

    private func chooseRadio() throws(SetupStop) -> SetupAnswers.Radio {
        if existing != nil, try askYes("Keep the radio \(answers.radio.type), as the file has it?", option: Self.option)
        {
            return answers.radio
        }
        let found = options.skipsChecks ? [] : findRadios()
        for radio in found { dialogue.show("\(radio.device): \(radio.words)") }
        if found.isEmpty, !options.skipsChecks {
            dialogue.show(
                "There is no SPI device. For a chip on SPI write dtparam=spi=on into /boot/firmware/config.txt (raspi-config, "
                    + "Interface Options, SPI), and start the board anew.")
        }
        let chips = found.filter { $0.chip != nil }
        let entries =
            chips.map { "the chip on \($0.device)" } + [
                "a chip on SPI that does not answer there: a board with a select line of its own",
                "a module on a serial port (\(RadioKinds.modules.map { $0.make.title }.joined(separator: ", ")))",
                "none: as a gateway of a network server (UDP)",
                "none yet: simulated, to try all else",
            ]
        let number = try choose(
            "Which radio?", among: entries, proposal: chips.isEmpty ? entries.count - 1 : 0, option: Self.option)
        switch number - chips.count {
        case 0: return try chooseBoard(device: nil, chip: nil)
        case 1: return try chooseModule()
        case 2:
            let server = try ask(Question("Its address", proposal: "127.0.0.1:1700", option: "--server"))
            return .init(
                "udp-gateway", [.init("server", string: server), .init("gateway_eui", string: gatewayEUI)])
        case 3: return .init("simulated")
        default: return try chooseBoard(device: chips[number].device, chip: chips[number].chip)
        }
    }

    private static let boards = RadioKinds.all.flatMap { kind in kind.boards.map { (kind: kind, board: $0) } }

    /// - Parameter device: where a chip was found; nil for the boards whose select line nobody tries unasked.
    private func chooseBoard(device: String?, chip: FoundChip?) throws(SetupStop) -> SetupAnswers.Radio {
        let fitting = Self.boards.filter { kind, board in
            guard let chip else { return board.device == nil }
            return kind == chip.kind && (board.device == device || board.isBare)
        }
        let number = try choose(
            "Which board?", among: fitting.map { $1.isBare ? "wired by hand, \($1.title)" : $1.title }, proposal: 0,
            option: "--board")
        let (kind, board) = fitting[number]
        var entries: [SetupAnswers.Entry] = []
        if !board.isBare { entries.append(.init("board", string: board.name)) }
        if let device, device != board.device { entries.append(.init("device", string: device)) }
        if !kind.parts.isEmpty {
            entries.append(.init("part", string: try askPart(kind.parts, likeliest: chip?.likeliestPart)))
        }
        if board.hasAmplifier { entries.append(.init("pa_gain", literal: "\(try askGain())")) }
        return .init(kind.name, entries)
    }

    private func askPart(_ parts: [String], likeliest: String?) throws(SetupStop) -> String {
        let text = "What is printed on the chip? The wrong one would be given the wrong power"
        let proposal = parts.firstIndex { $0 == likeliest } ?? 0
        return parts[try choose(text, among: parts.map { $0.uppercased() }, proposal: proposal, option: "--part")]
    }

    private func askGain() throws(SetupStop) -> Int {
        while true {
            let typed = try ask(
                Question(
                    "By how many dB does the board's amplifier raise the power (its datasheet)?", option: "--pa-gain"))
            if let gain = Int(typed), (0...20).contains(gain) { return gain }
            dialogue.show("Type a number from 0 to 20.")
        }
    }

    private func chooseModule() throws(SetupStop) -> SetupAnswers.Radio {
        let taken = Set(answers.meters.map(\.input))
        let ports = devices.ports().filter { !$0.isConsole && !taken.contains($0.path) }.map(\.path)
        dialogue.show("Only to the port that you choose something is written: the question what the module is.")
        let number = try choose("Its port?", among: ports + ["another"], proposal: 0, option: "--device")
        let port =
            ports.indices.contains(number)
            ? ports[number] : try ask(Question("Its path", proposal: "/dev/serial0", option: "--device"))
        return .init(try nameModule(on: port), [.init("device", string: port)])
    }

    private func nameModule(on port: String) throws(SetupStop) -> String {
        if !options.skipsChecks, let found = findModule(on: port) { return found }
        let makes = RadioKinds.modules.map { $0.make }
        let titles = makes.map { $0.title }
        let number = try choose("Which is it?", among: titles, proposal: 0, option: Self.option)
        return makes[number].typeName
    }

    /// Asks whoever is there at the speed of each make; nil where nobody answers as one does.
    private func findModule(on port: String) -> String? {
        for kind in RadioKinds.modules {
            let module = kind.init(device: port, reset: nil)
            let line: any BreakableLine
            do {
                line = try devices.examined.openModule(module).0
            } catch {
                // At another speed it is the same port.
                dialogue.show("\(error)")
                return nil
            }
            dialogue.show("\(port): asking for a \(module.make.title) at \(module.make.baudRate) Bd")
            var probe = module.make.makeProbe(
                line: line, clock: devices.examined.clock, waiter: devices.examined.waiter)
            // Who does not answer in its words is another make.
            guard let portrait = try? probe.ask() else { continue }
            dialogue.show("\(port): \(portrait.name)")
            return kind.name
        }
        dialogue.show("\(port): no module that is known answers.")
        return nil
    }

    // MARK: Whether it works

    /// - Returns: false to choose again.
    private func isWell() throws(SetupStop) -> Bool {
        let configuration: BridgeConfiguration
        do {
            configuration = try self.configuration()
        } catch {
            return try judge(["the answers do not go together: \(error.mistakes[0].message)"])
        }
        guard !options.skipsChecks, !configuration.radio.isSimulated else { return true }
        var failures: [String] = []
        Examination(configurationPath: path, devices: devices.examined, waits: { _ in }) { [dialogue] finding in
            dialogue.show(finding.line)
            if finding.verdict == .failed { failures.append(finding.message) }
        }.examineRadio(configuration)
        if failures.isEmpty { return true }
        return try judge(failures)
    }

    private func judge(_ failures: [String]) throws(SetupStop) -> Bool {
        guard dialogue.isInteractive, !options.takesProposals else {
            throw .failed("\(Self.option): \(failures[0]) (--no-check takes it all the same)")
        }
        dialogue.show(failures[0])
        guard options.radio == nil else { throw .failed("\(Self.option): \(failures[0])") }
        return try askYes("Take it all the same?", proposal: false, option: Self.option)
    }
}
