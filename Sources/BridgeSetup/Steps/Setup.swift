import BridgeConfiguration
import LoRaWAN
import Timekeeping
import UplinkBridge

/// From nothing to the first uplink, in questions: what there is is found, proposed and tried, and written at the end, all at
/// once. Until then nothing on the machine has changed.
package final class Setup {
    let dialogue: any Dialogue
    let options: SetupOptions
    let devices: SetupDevices
    /// The configuration.
    let path: String
    package internal(set) var answers = SetupAnswers()
    /// The configuration that is there; nil for none.
    let existing: ExistingFile?
    /// What the DevEUI is made of, for people; nil for one of the file's or an option's.
    var identityOrigin: String?
    /// A base's pairing has said who the device is.
    var isPaired = false
    private var asked = 0

    /// - Throws: ``SetupStop/failed(_:)`` where the file can't be read, or could not be written.
    package init(
        path: String, options: SetupOptions, dialogue: any Dialogue, devices: SetupDevices
    ) throws(SetupStop) {
        self.path = path
        self.options = options
        self.dialogue = dialogue
        self.devices = devices
        existing = try ExistingFile(path: path, isReplaced: options.replaces)
        if !options.isDryRun { try SetupTarget(path).check() }
        proposeIdentity()
        existing?.propose(into: &answers)
    }

    /// One part of the conversation.
    struct Step: Sendable {
        let title: String
        let run: @Sendable (Setup) throws(SetupStop) -> Void
    }

    private static let steps: [Step] = [
        Step(title: "Meter") { setup throws(SetupStop) in try setup.askMeters() },
        Step(title: "Radio") { setup throws(SetupStop) in try setup.askRadio() },
        Step(title: "Network") { setup throws(SetupStop) in try setup.askNetwork() },
        Step(title: "Reports") { setup throws(SetupStop) in try setup.askReports() },
        Step(title: "Identity") { setup throws(SetupStop) in try setup.askIdentity() },
        Step(title: "File") { setup throws(SetupStop) in try setup.write() },
    ]

    /// - Throws: ``SetupStop``.
    package func run() throws(SetupStop) {
        dialogue.show(
            existing == nil
                ? "\(path) is made of your answers; until the end nothing is written."
                : "\(path) is there: its answers are proposed, and all else in it stays. Until the end nothing is written."
        )
        if dialogue.isInteractive {
            dialogue.show("Enter takes what stands in brackets, < goes back, Ctrl-C ends.")
        }
        try runSteps()
        guard !options.isDryRun else { return }
        try showRegistration()
        try startService()
    }

    private func runSteps() throws(SetupStop) {
        var (index, history): (Int, [Int]) = (0, [])
        while index < Self.steps.count {
            let step = Self.steps[index]
            let before = asked
            do throws(SetupStop) {
                dialogue.show("\n\(index + 1)/\(Self.steps.count)  \(step.title)")
                try step.run(self)
                if asked > before { history.append(index) }
                index += 1
            } catch {
                guard error == .back else { throw error }
                // Behind the first question of a step that is the step itself.
                if asked - before <= 1 { index = history.popLast() ?? index }
            }
        }
    }

    func ask(_ question: Question) throws(SetupStop) -> String {
        asked += 1
        return try dialogue.ask(question)
    }

    func askYes(_ text: String, proposal: Bool = true, option: String) throws(SetupStop) -> Bool {
        while true {
            let answer = try ask(Question("\(text) (y or n)", proposal: proposal ? "y" : "n", option: option))
                .lowercased()
            if ["y", "yes"].contains(answer) { return true }
            if ["n", "no"].contains(answer) { return false }
            dialogue.show("Type y or n.")
        }
    }

    /// A numbered list.
    /// - Returns: the place of what was chosen.
    func choose(
        _ text: String, among entries: [String], proposal: Int?, option: String
    ) throws(SetupStop) -> Int {
        for (number, entry) in entries.enumerated() { dialogue.show(" \(number + 1)  \(entry)") }
        while true {
            let answer = try ask(Question(text, proposal: proposal.map { "\($0 + 1)" }, option: option))
            if let number = Int(answer), entries.indices.contains(number - 1) { return number - 1 }
            dialogue.show("Type a number from 1 to \(entries.count).")
        }
    }

    /// The configuration that the answers make so far.
    func configuration() throws(ConfigurationError) -> BridgeConfiguration {
        try BridgeConfiguration(text: composed().text, folder: SetupTarget(path).folder)
    }

    /// The text of the file, and whether what was there is in it.
    func composed() -> (text: String, keepsOld: Bool) {
        if let existing, let edited = existing.edited(answers) { return (edited, true) }
        return (NewFile.text(answers), existing == nil)
    }

    private func proposeIdentity() {
        var random = SystemRandomNumberGenerator()
        let (devEUI, source) = DevEUISource.choose(using: &random)
        answers.devEUI = "\(devEUI)"
        answers.appKey = (0..<16).map { _ in
            let byte = UInt8.random(in: .min ... .max, using: &random)
            return (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
        identityOrigin = source.words
    }
}
