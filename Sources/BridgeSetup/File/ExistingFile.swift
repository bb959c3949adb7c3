import BridgeConfiguration
import ConfigurationText
import FoundationEssentials
import HardwareInterfaces

/// A configuration that is there, perhaps written by hand: its answers, and its text, in which only the lines of changed
/// answers change.
struct ExistingFile {
    private let text: String
    private let root: TOMLTable

    /// - Parameter isReplaced: it is not looked into.
    /// - Throws: where it is there and can't be read, or has mistakes.
    init?(path: String, isReplaced: Bool) throws(SetupStop) {
        guard FileManager.default.fileExists(atPath: path), !isReplaced else { return nil }
        guard let data = FileManager.default.contents(atPath: path), data.count < 4_194_304 else {
            throw .failed("\(path) can't be read by this user: sudo p1lora setup")
        }
        do throws(ConfigurationError) {
            _ = try BridgeConfiguration(contentsOfFile: path)
        } catch {
            throw .failed(
                "\(path) has mistakes: \(error.mistakes.first.map { "\($0)" } ?? ""). Correct it (p1lora doctor lists all), or "
                    + "let p1lora setup --replace keep it aside and begin anew")
        }
        self.init(text: String(decoding: data, as: UTF8.self))
    }

    init(text: String) {
        self.text = text
        root = TOMLDocument(text).root
    }

    // MARK: What it says

    func propose(into answers: inout SetupAnswers) {
        answers.meters = tables("meter").compactMap { table in
            guard let input = table.text("input") else { return nil }
            var meter = SetupAnswers.Meter(input: input)
            meter.key = table.text("key")
            meter.authenticationKey = table.text("auth_key")
            meter.trustsChecksum = table.text("tag") == "crc-only"
            meter.settings = table.lineSettings
            return meter
        }
        if let radio = table("radio") {
            answers.radio = .init(
                radio.text("type") ?? "sx127x",
                radio.keys.filter { $0 != "type" }.compactMap { key in
                    radio.literal(key).map { .init(key, literal: $0) }
                })
        }
        let lorawan = table("lorawan")
        answers.region = lorawan?.text("region")?.uppercased() ?? answers.region
        answers.network = lorawan?.text("network") ?? answers.network
        answers.devEUI = lorawan?.text("dev_eui") ?? answers.devEUI
        answers.joinEUI = lorawan?.text("join_eui") ?? answers.joinEUI
        answers.appKey = lorawan?.text("app_key") ?? answers.appKey
        if case .integer(let band)? = lorawan?["sub_band"]?.content { answers.subBand = Int(band) }
        answers.privateChannel = answers.network == "private" ? lorawan?.privateChannel : nil
        answers.profile = table("planner")?.text("profile") ?? answers.profile
    }

    /// The device has a session for life, or its key in a file of its own: its identity is not asked for.
    var hasOtherIdentity: Bool {
        guard let lorawan = table("lorawan") else { return false }
        return lorawan.text("activation") == "abp" || lorawan["app_key"] == nil
    }

    var saysPrivate: Bool { table("lorawan")?.text("network") == "private" }

    var namesState: Bool { table("state")?.text("path") != nil }

    // MARK: What becomes of it

    /// - Returns: the text with these answers; nil where it is written in a way in which single lines can't be changed.
    func edited(_ answers: SetupAnswers) -> String? {
        var old = SetupAnswers()
        propose(into: &old)
        var edit = TextEdit(text)
        let isDone =
            editMeters(answers, old, &edit) && editRadio(answers, old, &edit) && editLoRaWAN(answers, old, &edit)
            && editProfile(answers, old, &edit)
        return isDone && Self.isSaid(answers, by: edit.text) ? edit.text : nil
    }

    /// What was changed line by line is read again, for a line may have been of a form that nobody foresaw.
    private static func isSaid(_ answers: SetupAnswers, by text: String) -> Bool {
        var said = answers
        guard TOMLDocument(text).mistakes.isEmpty else { return false }
        ExistingFile(text: text).propose(into: &said)
        return said.withoutRemarks == answers.withoutRemarks
    }

    private func editRadio(_ answers: SetupAnswers, _ old: SetupAnswers, _ edit: inout TextEdit) -> Bool {
        guard answers.radio != old.radio else { return true }
        guard let radio = place("radio") else { return false }
        edit.replaceAll(in: radio, with: answers.radio.entries)
        return true
    }

    private func editLoRaWAN(_ answers: SetupAnswers, _ old: SetupAnswers, _ edit: inout TextEdit) -> Bool {
        let former = NewFile.lorawanEntries(old)
        let changes = NewFile.lorawanEntries(answers).filter { !former.contains($0) }
        let isBandGone = answers.subBand == nil && old.subBand != nil
        let isChannelGone = answers.privateChannel == nil && old.privateChannel != nil
        guard !changes.isEmpty || isBandGone || isChannelGone else { return true }
        guard let lorawan = place("lorawan") else { return false }
        for entry in changes { edit.set(entry, in: lorawan) }
        if isBandGone { edit.remove("sub_band", in: lorawan) }
        if isChannelGone {
            for key in ["channel_hz", "data_rate", "pairing_data_rate"] { edit.remove(key, in: lorawan) }
        }
        return true
    }

    private func editProfile(_ answers: SetupAnswers, _ old: SetupAnswers, _ edit: inout TextEdit) -> Bool {
        guard answers.profile != old.profile else { return true }
        let entry = SetupAnswers.Entry("profile", string: answers.profile)
        if let planner = place("planner") {
            edit.set(entry, in: planner)
        } else if root["planner"] == nil {
            edit.append("\n[planner]\n\(NewFile.line(entry))\n")
        } else {
            return false
        }
        return true
    }

    private func editMeters(_ answers: SetupAnswers, _ old: SetupAnswers, _ edit: inout TextEdit) -> Bool {
        guard answers.withoutRemarks.meters != old.meters else { return true }
        let tables = tables("meter")
        guard answers.meters.count == tables.count, old.meters.count == tables.count else { return false }
        for (number, (new, former)) in zip(answers.meters, old.meters).enumerated() where new != former {
            let table = tables[number]
            guard table.isEditable(in: text) else { return false }
            let entries = NewFile.entries(new)
            for entry in entries where !NewFile.entries(former).contains(entry) { edit.set(entry, in: table) }
            for key in ["baud", "framing", "key", "auth_key", "tag"] where !entries.contains(where: { $0.key == key }) {
                edit.remove(key, in: table)
            }
            if entries.contains(where: { $0.key == "key" }) { edit.remove("key_file", in: table) }
        }
        return true
    }

    private func table(_ name: String) -> TOMLTable? {
        if case .table(let table)? = root[name]?.content { table } else { nil }
    }

    private func tables(_ name: String) -> [TOMLTable] {
        if case .tables(let tables)? = root[name]?.content { tables } else { [] }
    }

    /// A table under a header of its own.
    private func place(_ name: String) -> TOMLTable? { table(name).flatMap { $0.isEditable(in: text) ? $0 : nil } }
}

extension TOMLTable {
    /// nil where the file leaves one of them to the defaults.
    fileprivate var privateChannel: SetupAnswers.PrivateChannel? {
        func number(_ key: String) -> Int? {
            if case .integer(let number)? = self[key]?.content { Int(clamping: number) } else { nil }
        }
        guard let frequency = number("channel_hz"), let rate = number("data_rate"),
            let pairing = number("pairing_data_rate")
        else { return nil }
        return .init(frequency: frequency, dataRate: rate, pairingDataRate: pairing)
    }

    /// Those of a serial line, where they are not P1's.
    fileprivate var lineSettings: SerialSettings? {
        var settings = SerialSettings()
        if case .integer(let rate)? = self["baud"]?.content { settings.baudRate = Int(clamping: rate) }
        settings.framing = text("framing").flatMap(SerialFraming.init(rawValue:)) ?? settings.framing
        return settings == SerialSettings() ? nil : settings
    }

    func text(_ key: String) -> String? { if case .string(let text)? = self[key]?.content { text } else { nil } }

    /// A value as TOML has it; nil for tables and what can't be read.
    func literal(_ key: String) -> String? { self[key].flatMap(\.literal) }

    /// Whether it stands under a header, each key on a line of its own.
    func isEditable(in text: String) -> Bool {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        func starts(_ line: Int, _ word: String) -> Bool {
            lines.indices.contains(line - 1)
                && lines[line - 1].drop { $0 == " " || $0 == "\t" }.hasPrefix(word)
        }
        return starts(position.line, "[")
            && keys.allSatisfy { key in
                guard let value = self[key] else { return false }
                return value.position.line > position.line && starts(value.position.line, key)
            }
    }
}

extension TOMLValue {
    var literal: String? {
        switch content {
        case .string(let text): TOMLText.quoted(text)
        case .integer(let number): "\(number)"
        case .float(_, let text): text
        case .boolean(let flag): "\(flag)"
        case .date(let text): text
        case .array(let values): "[" + values.compactMap(\.literal).joined(separator: ", ") + "]"
        case .table, .tables, .unreadable: nil
        }
    }
}
