import BridgeConfiguration
import HardwareInterfaces

/// A configuration as a set-up writes it where there is none: with comments, and nothing that is as it is anyway.
enum NewFile {
    /// Where frames are short (US915, AU915, AS923), registers whose quarter-hours do not fit one frame are reported one by one.
    static func text(_ answers: SetupAnswers) -> String {
        let text = text(answers, isSplit: false)
        return (try? BridgeConfiguration(text: text)) == nil ? self.text(answers, isSplit: true) : text
    }

    private static func text(_ answers: SetupAnswers, isSplit: Bool) -> String {
        let parts = [lorawan(answers), radio(answers.radio), planner(answers)]
        return ([head] + meters(answers) + parts + reports(answers, isSplit: isSplit)).joined(separator: "\n")
    }

    private static let head = """
        # Written by p1lora setup. Every option is explained in /usr/share/doc/p1lora/examples/config.example.toml.
        # p1lora setup can be run again: it changes the answers to its questions, and leaves all else as it is. The old file is
        # kept. p1lora doctor looks at what this says; p1lora keys show and p1lora codec tell what the server needs.

        """

    private static func meters(_ answers: SetupAnswers) -> [String] {
        guard !answers.meters.isEmpty else {
            return [
                """
                # No meter yet: pulses that nobody counts, to try all else. A P1 meter is a [[meter]] with its input.
                [[pulse]]
                name = "main"
                line = "simulated"
                per_unit = 1000

                """
            ]
        }
        return answers.meters.enumerated().map { number, meter in
            var lines = ["[[meter]]", "name = \"\(name(number))\""]
            if let remark = meter.remark { lines.insert("# \(comment(remark))", at: 0) }
            lines += entries(meter).map(line)
            return lines.joined(separator: "\n") + "\n"
        }
    }

    static func name(_ number: Int) -> String { number == 0 ? "main" : "meter\(number + 1)" }

    static func entries(_ meter: SetupAnswers.Meter) -> [SetupAnswers.Entry] {
        var entries = [SetupAnswers.Entry("input", string: meter.input)]
        if let settings = meter.settings {
            entries.append(.init("baud", literal: "\(settings.baudRate)"))
            entries.append(.init("framing", string: settings.framing.rawValue))
        }
        if let key = meter.key { entries.append(.init("key", string: key)) }
        if let key = meter.authenticationKey { entries.append(.init("auth_key", string: key)) }
        if meter.trustsChecksum { entries.append(.init("tag", string: "crc-only")) }
        return entries
    }

    static func lorawanEntries(_ answers: SetupAnswers) -> [SetupAnswers.Entry] {
        var entries: [SetupAnswers.Entry] = [
            .init("region", string: answers.region), .init("network", string: answers.network),
            .init("dev_eui", string: answers.devEUI), .init("join_eui", string: answers.joinEUI),
            .init("app_key", string: answers.appKey),
        ]
        if let band = answers.subBand { entries.append(.init("sub_band", literal: "\(band)")) }
        if let channel = answers.privateChannel {
            entries.append(.init("channel_hz", literal: "\(channel.frequency)"))
            entries.append(.init("data_rate", literal: "\(channel.dataRate)"))
            entries.append(.init("pairing_data_rate", literal: "\(channel.pairingDataRate)"))
        }
        return entries
    }

    private static func lorawan(_ answers: SetupAnswers) -> String {
        """
        # The device, as it is registered in the network server. Keep the key secret; never two boards with one dev_eui.
        [lorawan]
        \(lorawanEntries(answers).map(line).joined(separator: "\n"))

        """
    }

    private static func radio(_ radio: SetupAnswers.Radio) -> String {
        "[radio]\n" + radio.entries.map(line).joined(separator: "\n") + "\n"
    }

    private static func planner(_ answers: SetupAnswers) -> String {
        """
        # What the air-time is for: "quarter-hours", "live" or "frugal". p1lora plan shows what comes of it.
        [planner]
        profile = \(TOMLText.quoted(answers.profile))
        # Where p1lora-collector takes the uplinks: it asks for what is missing, and with parity computes it where frames are few.
        # collector = true
        # parity = true

        """
    }

    private static func reports(_ answers: SetupAnswers, isSplit: Bool) -> [String] {
        let fields = ProposedRegisters.fields(answers)
        let groups = isSplit ? fields.intervals.map { [$0] } : [fields.intervals]
        let intervals = groups.map {
            report("intervals", "Quarter-hours, repeated until the server surely has them.", $0)
        }
        let readings = report("readings", "What the meter shows.", fields.readings)
        let status = "# How the bridge itself is.\n[[report]]\nkind = \"status\"\n"
        return ([readings] + intervals + [status]).compactMap(\.self)
    }

    private static func report(_ kind: String, _ comment: String, _ fields: [String]) -> String? {
        guard !fields.isEmpty else { return nil }
        let list = fields.map(TOMLText.quoted).joined(separator: ", ")
        return "# \(comment)\n[[report]]\nkind = \"\(kind)\"\nfields = [\(list)]\n"
    }

    static func line(_ entry: SetupAnswers.Entry) -> String { "\(entry.key) = \(entry.literal)" }

    /// One line, of characters that a comment may have.
    private static func comment(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
    }
}
