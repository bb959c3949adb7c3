import BridgePlanning
package import HardwareInterfaces

/// What the file is made of.
package struct SetupAnswers: Hashable, Sendable {
    package struct Meter: Hashable, Sendable {
        /// A serial device, tcp://host:port, or a file.
        package var input: String
        /// Those of a serial line that are not P1's; nil for these.
        package var settings: SerialSettings?
        /// Hexadecimal digits; nil for a meter that does not encrypt.
        package var key: String?
        /// Hexadecimal digits; nil for the usual one.
        package var authenticationKey: String?
        /// The tag is not checked.
        package var trustsChecksum = false
        /// What was heard of it, for a comment.
        package var remark: String?

        package init(input: String) { self.input = input }
    }

    /// The keys of [radio] and their values as TOML has them, `type` first.
    package struct Radio: Hashable, Sendable {
        package var entries: [Entry]

        package init(_ type: String, _ entries: [Entry] = []) {
            self.entries = [Entry("type", string: type)] + entries
        }

        package var type: String { entries.first?.text ?? "" }
    }

    package struct Entry: Hashable, Sendable {
        package let key: String
        /// As TOML has it.
        package let literal: String

        package init(_ key: String, literal: String) {
            self.key = key
            self.literal = literal
        }

        package init(_ key: String, string: String) { self.init(key, literal: TOMLText.quoted(string)) }

        /// A string without its quotes.
        var text: String { literal.hasPrefix("\"") ? String(literal.dropFirst().dropLast()) : literal }
    }

    /// Where a base listens.
    package struct PrivateChannel: Hashable, Sendable {
        package var frequency: Int
        package var dataRate: Int
        package var pairingDataRate: Int
    }

    /// Empty for simulated pulses.
    package var meters: [Meter] = []
    /// Registers that a meter was heard to have, among those that are proposed; nil where none was heard.
    package var registers: [String]?
    package var radio = Radio("simulated")
    package var region = "EU868"
    package var subBand: Int?
    package var network = "ttn"
    /// With the network "private", where the file names all of it.
    package var privateChannel: PrivateChannel?
    package var profile = "quarter-hours"
    package var devEUI = ""
    package var joinEUI = "0000000000000000"
    package var appKey = ""

    package init() {}

    /// What a file says of it.
    var withoutRemarks: SetupAnswers {
        var answers = self
        answers.registers = nil
        for index in answers.meters.indices { answers.meters[index].remark = nil }
        return answers
    }
}

/// Pieces of TOML.
enum TOMLText {
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
