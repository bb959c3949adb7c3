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
        let chips = found.filter { $0.family != nil }
        let entries =
            chips.map { "the chip on \($0.device)" } + [
                "a chip on SPI that does not answer there: a board with a select line of its own",
                "a module on a serial port (RN2483, LoRa-E5, RAK3172)", "none: as a gateway of a network server (UDP)",
                "none yet: simulated, to try all else",
            ]
        let number = try choose(
            "Which radio?", among: entries, proposal: chips.isEmpty ? entries.count - 1 : 0, option: Self.option)
        switch number - chips.count {
        case 0: return try chooseBoard(device: nil, family: nil)
        case 1: return try chooseModule()
        case 2:
            let server = try ask(Question("Its address", proposal: "127.0.0.1:1700", option: "--server"))
            return .init(
                "udp-gateway", [.init("server", string: server), .init("gateway_eui", string: gatewayEUI)])
        case 3: return .init("simulated")
        default: return try chooseBoard(device: chips[number].device, family: chips[number].family)
        }
    }

    private struct Board {
        let type: String
        let name: String
        let title: String
        /// At the chip select of a bus; nil for a line of its own.
        let device: String?
        let hasAmplifier: Bool
    }

    private static let boards =
        RadioBoard.all.map {
            Board(
                type: "sx127x", name: $0.name, title: $0.title, device: $0.selectLine == nil ? $0.device : nil,
                hasAmplifier: false)
        }
        + SX126xBoard.all.map {
            Board(
                type: "sx126x", name: $0.name, title: $0.title, device: $0.selectLine == nil ? "/dev/spidev0.0" : nil,
                hasAmplifier: $0.hasAmplifier)
        }

    /// - Parameter device: where a chip was found; nil for the boards whose select line nobody tries unasked.
    private func chooseBoard(device: String?, family: ChipProbe.Family?) throws(SetupStop) -> SetupAnswers.Radio {
        let fitting = Self.boards.filter { board in
            switch family {
            case .sx127x?: board.type == "sx127x" && (board.device == device || board.name == "module")
            case .sx126x?: board.type == "sx126x" && board.device != nil
            case nil: board.device == nil
            }
        }
        let number = try choose(
            "Which board?",
            among: fitting.map { board in
                board.name == "module" ? "wired by hand, \(board.title)" : board.title
            }, proposal: 0, option: "--board")
        let board = fitting[number]
        var entries: [SetupAnswers.Entry] = []
        if board.name != "module" { entries.append(.init("board", string: board.name)) }
        if let device, device != board.device { entries.append(.init("device", string: device)) }
        if board.type == "sx126x" { entries.append(.init("part", string: try askPart(family))) }
        if board.hasAmplifier { entries.append(.init("pa_gain", literal: "\(try askGain())")) }
        return .init(board.type, entries)
    }

    private func askPart(_ family: ChipProbe.Family?) throws(SetupStop) -> String {
        let parts = ["sx1262", "sx1261", "sx1268", "llcc68"]
        var proposal = 0
        if case .sx126x(let name)? = family {
            proposal = parts.firstIndex { name.lowercased().hasPrefix($0) && $0 != "sx1261" } ?? 0
        }
        let text = "What is printed on the chip? The wrong one would be given the wrong power"
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
