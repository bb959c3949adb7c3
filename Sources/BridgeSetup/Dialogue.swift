/// Whoever answers the questions of a set-up: a person at a terminal, or a script that has answered them all before.
package protocol Dialogue: AnyObject {
    /// Whether somebody can be asked; else each question is answered by its option, or by what is proposed.
    var isInteractive: Bool { get }
    /// Shows a text, in lines that fit.
    func show(_ text: String)
    /// Shows what is waited for, in the place of what was shown so before.
    func progress(_ text: String)
    /// Draws a QR code, where that can be done.
    func showCode(_ text: String)
    /// - Returns: what was typed, without spaces around it; the question's proposal where that was nothing.
    /// - Throws: ``SetupStop/interrupted`` and ``SetupStop/back``.
    func ask(_ question: Question) throws(SetupStop) -> String
    /// What becomes readable when something is typed during a wait.
    var pollDescriptors: [Int32] { get }
    /// Whether somebody has asked during a wait to go on.
    /// - Throws: as ``ask(_:)``.
    func isHurried() throws(SetupStop) -> Bool
}

package struct Question: Hashable, Sendable {
    package let text: String
    /// Taken when nothing is typed; nil where something must be.
    package var proposal: String?
    /// What is typed is not shown.
    package var isSecret = false
    /// The option that answers it: `--region`.
    package let option: String

    package init(_ text: String, proposal: String? = nil, isSecret: Bool = false, option: String) {
        self.text = text
        self.proposal = proposal
        self.isSecret = isSecret
        self.option = option
    }
}

/// Why a step was left.
package enum SetupStop: Error, Hashable, Sendable {
    /// Ctrl-C, or the terminal has gone.
    case interrupted
    /// To the question before.
    case back
    /// Nobody can be asked, or an option can't be right: in one sentence.
    case failed(String)
}
