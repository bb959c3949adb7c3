import BridgePlanning
import LoRaWAN

extension Setup {
    private static let profiles: [(name: String, words: String)] = [
        (
            "quarter-hours",
            "every quarter-hour, for ever: what is lost is sent again until the server has it; a reading each 15 minutes"
        ),
        ("live", "readings as often as the air-time allows, from once a minute on; the quarter-hours beside them"),
        (
            "frugal",
            "few frames, for networks that are paid by the frame or shared by many: quarter-hours every 2 hours"
        ),
    ]

    func askReports() throws(SetupStop) {
        if let name = options.reports {
            guard Self.profiles.contains(where: { $0.name == name }) else {
                throw .failed("--reports: \"\(name)\": quarter-hours, live and frugal are known")
            }
            answers.profile = name
            return
        }
        let number = try choose(
            "What is the air-time for?", among: Self.profiles.map { "\($0.name): \($0.words)" },
            proposal: Self.profiles.firstIndex { $0.name == answers.profile }, option: "--reports")
        answers.profile = Self.profiles[number].name
    }

    func askIdentity() throws(SetupStop) {
        if isPaired { return dialogue.show("DevEUI \(answers.devEUI), of the pairing.") }
        try takeIdentity()
        guard existing?.hasOtherIdentity != true else {
            return dialogue.show("DevEUI \(answers.devEUI), with its keys, as the file has it.")
        }
        guard options.devEUI == nil, options.appKey == nil else { return }
        let origin = existing == nil ? identityOrigin.map { ", \($0)" } ?? "" : ", of the file"
        dialogue.show("DevEUI \(answers.devEUI)\(origin)")
        let own = "a new one, as above, with a key of its own"
        let entries = [
            existing == nil ? own : "as the file has it", "type the DevEUI, JoinEUI and AppKey that a server gave",
        ]
        guard try choose("Identity of the device?", among: entries, proposal: 0, option: "--dev-eui") == 1 else {
            return
        }
        answers.devEUI = try typed("DevEUI", answers.devEUI, "--dev-eui") { try? DevEUI(hex: $0) }
        answers.joinEUI = try typed("JoinEUI (AppEUI)", answers.joinEUI, "--join-eui") { try? JoinEUI(hex: $0) }
        while true {
            let key = try ask(
                Question(
                    "AppKey, not shown (nothing: the one that was made)", proposal: "", isSecret: true,
                    option: "--app-key-file"))
            if key.isEmpty { return }
            if let key = normalKey(key) {
                answers.appKey = key
                return
            }
            dialogue.show("An AppKey has 32 hexadecimal digits.")
        }
    }

    private func takeIdentity() throws(SetupStop) {
        do throws(IdentifierError) {
            if let text = options.devEUI { answers.devEUI = "\(try DevEUI(hex: text))" }
            if let text = options.joinEUI { answers.joinEUI = "\(try JoinEUI(hex: text))" }
        } catch {
            throw .failed("--dev-eui, --join-eui: \(error)")
        }
        guard let key = options.appKey else { return }
        guard let normal = normalKey(key) else { throw .failed("--app-key-file: an AppKey has 32 hexadecimal digits") }
        answers.appKey = normal
    }

    private func typed<Number: CustomStringConvertible>(
        _ name: String, _ proposal: String, _ option: String, _ read: (String) -> Number?
    ) throws(SetupStop) -> String {
        while true {
            let text = try ask(Question(name, proposal: proposal, option: option))
            if let number = read(text) { return "\(number)" }
            dialogue.show("A \(name) has 16 hexadecimal digits.")
        }
    }
}
