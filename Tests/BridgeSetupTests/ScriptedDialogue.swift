import BridgeSetup

/// A person who has made up his mind before: one word for each question.
final class ScriptedDialogue: Dialogue {
    enum Word: ExpressibleByStringLiteral {
        case text(String)
        case back
        case interrupt

        init(stringLiteral value: String) { self = .text(value) }
    }

    private var words: [Word]
    private(set) var shown: [String] = []
    private(set) var questions: [Question] = []
    let isInteractive: Bool

    /// - Parameter words: behind them each question gets what it proposes.
    init(_ words: [Word] = [], isInteractive: Bool = true) {
        self.words = words
        self.isInteractive = isInteractive
    }

    var text: String { shown.joined(separator: "\n") }
    var pollDescriptors: [Int32] { [] }

    func show(_ text: String) { shown.append(text) }
    func showCode(_ text: String) { shown.append(text) }
    func progress(_ text: String) {}
    func isHurried() throws(SetupStop) -> Bool { false }

    func ask(_ question: Question) throws(SetupStop) -> String {
        questions.append(question)
        // A conversation that never ends is a fault, too.
        guard questions.count < 200 else { throw .failed("200 questions") }
        guard isInteractive || question.proposal != nil else {
            throw .failed("\(question.option): nothing is proposed")
        }
        guard !words.isEmpty else {
            guard let proposal = question.proposal else { throw .failed("no answer to \(question.text)") }
            return proposal
        }
        switch words.removeFirst() {
        case .text(let text): return text.isEmpty ? question.proposal ?? "" : text
        case .back: throw .back
        case .interrupt: throw .interrupted
        }
    }
}
