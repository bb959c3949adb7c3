import BridgeSetup
import Glibc
import LinuxHardware

/// A conversation at the terminal; without one, or where it is not wanted, the questions are answered by what is proposed.
final class TerminalDialogue: Dialogue {
    private let terminal: PersonTerminal?
    private let takesProposals: Bool
    private var hasProgress = false

    /// - Parameter takesProposals: nothing is asked.
    init(takesProposals: Bool) {
        self.takesProposals = takesProposals
        terminal = takesProposals ? nil : PersonTerminal()
    }

    var isInteractive: Bool { terminal != nil }
    var pollDescriptors: [Int32] { terminal.map { [$0.pollDescriptor] } ?? [] }

    func show(_ text: String) {
        progress("")
        for line in WrappedText.lines(text, width: min(100, TerminalPage.size.columns) - 1) {
            StandardOutput.line(line)
        }
    }

    func showCode(_ text: String) {
        guard let drawing = QRCode.drawing(of: text, as: .terminal) else { return }
        StandardOutput.line("For the apps of network servers (the key is not in it):\n\(drawing)")
    }

    func progress(_ text: String) {
        guard isatty(STDOUT_FILENO) == 1, hasProgress || !text.isEmpty else { return }
        StandardOutput.write("\r" + text.prefix(max(20, TerminalPage.size.columns - 1)) + "\u{1B}[K")
        hasProgress = !text.isEmpty
    }

    func ask(_ question: Question) throws(SetupStop) -> String {
        guard let terminal else {
            guard takesProposals, let proposal = question.proposal else {
                throw .failed(
                    takesProposals
                        ? "\(question.option): nothing is proposed for \"\(question.text)\": give it"
                        : "\(question.option): there is no terminal to ask at: give it, or --yes to take what is proposed"
                )
            }
            return proposal
        }
        let proposal = question.proposal.map { $0.isEmpty ? "" : " [\($0)]" } ?? ""
        let lines = WrappedText.lines("\(question.text)\(proposal): ", width: TerminalPage.size.columns - 12)
        StandardOutput.write(lines.joined(separator: "\n") + (lines.last?.hasSuffix(" ") == true ? "" : " "))
        while true {
            let typed = try line(terminal, isShown: !question.isSecret)
            if typed == "<" { throw .back }
            if !typed.isEmpty { return typed }
            if let proposal = question.proposal { return proposal }
            StandardOutput.write("Something has to be typed: ")
        }
    }

    func isHurried() throws(SetupStop) -> Bool {
        guard let terminal else { return false }
        while terminal.hasNext {
            switch terminal.next() {
            case nil, 3, 4: throw end()
            case 10, 13: return true
            case UInt8(ascii: "<"): throw .back
            default: continue
            }
        }
        return false
    }

    private func end() -> SetupStop {
        StandardOutput.write("\n")
        return .interrupted
    }

    private func line(_ terminal: PersonTerminal, isShown: Bool) throws(SetupStop) -> String {
        var typed: [UInt8] = []
        while true {
            switch terminal.next() {
            case nil, 3: throw end()
            case 4 where typed.isEmpty: throw end()
            case 10, 13:
                StandardOutput.write("\n")
                let text = typed.drop { $0 == 32 }.reversed().drop { $0 == 32 }.reversed()
                return String(decoding: text, as: UTF8.self)
            case 8, 127: erase(&typed, isShown: isShown)
            case 21: while !typed.isEmpty { erase(&typed, isShown: isShown) }
            case 27: skipSequence(terminal)
            case let byte?:
                guard byte >= 32, typed.count < 1_024 else { continue }
                typed.append(byte)
                if isShown { StandardOutput.write(bytes: [byte]) }
            }
        }
    }

    /// A character may have several bytes.
    private func erase(_ typed: inout [UInt8], isShown: Bool) {
        guard !typed.isEmpty else { return }
        while typed.count > 1, (typed.last ?? 0) & 0xC0 == 0x80 { typed.removeLast() }
        typed.removeLast()
        if isShown { StandardOutput.write("\u{8} \u{8}") }
    }

    /// What arrows and other keys send: ESC, a bracket or O, and up to a letter or a tilde.
    private func skipSequence(_ terminal: PersonTerminal) {
        guard terminal.hasNext, let first = terminal.next(), [UInt8(ascii: "["), UInt8(ascii: "O")].contains(first)
        else {
            return
        }
        while terminal.hasNext, let byte = terminal.next(), !(0x40...0x7E).contains(byte) {}
    }
}
