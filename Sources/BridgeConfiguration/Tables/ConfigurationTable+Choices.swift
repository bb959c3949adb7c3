import Ciphers
import ConfigurationText
package import LoRaWAN
import MeterValues
import SmartMeter
import UplinkPayload

extension ConfigurationTable {
    package func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, _ type: Choice.Type
    ) -> Choice? where Choice.RawValue == String {
        guard let text = string(key) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        refuse(key, Self.unknown(text, Choice.allCases.map(\.rawValue)))
        return nil
    }

    /// For a text that is none of the known ones.
    static func unknown(_ text: String, _ known: [String]) -> String {
        let hint = EditDistance.nearest(to: text, among: known).map { ", did you mean \"\($0)\"?" } ?? ""
        return "\"\(text.shortened)\" must be \(known.map { "\"\($0)\"" }.joined(separator: " or "))\(hint)"
    }

    /// A text that has to be there.
    package func required(_ key: String, _ message: String) -> String? {
        if let text = string(key) { return text }
        missing(key, message)
        return nil
    }

    /// `dev_eui`
    package func devEUI() -> DevEUI? {
        identifier("dev_eui") { text throws(IdentifierError) in try DevEUI(hex: text) }
    }

    /// `join_eui`
    package func joinEUI() -> JoinEUI? {
        identifier("join_eui") { text throws(IdentifierError) in try JoinEUI(hex: text) }
    }

    func identifier<Identifier>(
        _ key: String, digits: Int = 16, _ parse: (String) throws(IdentifierError) -> Identifier
    ) -> Identifier? {
        let help = "is missing: \(digits) hexadecimal digits, as registered in the network server"
        guard let text = required(key, help) else { return nil }
        do {
            return try parse(text)
        } catch {
            // Sketches have EUIs with the last byte first, and nobody can see whether one is such.
            refuse(
                key,
                text.contains("0x") ? "must be \(digits) hexadecimal digits in the order of the console" : "\(error)")
            return nil
        }
    }

    /// A meter's name, as the decoder's output shows it.
    func name(default name: String) -> String {
        guard let text = string("name") else { return name }
        if text.utf8.count > 40 { refuse("name", "must have 1 to 40 characters") }
        return text
    }

    /// Eight octets as 16 hexadecimal digits.
    func systemTitle(_ key: String) -> SystemTitle? {
        guard let text = string(key) else { return nil }
        if let bytes = [UInt8](hex: text), bytes.count == 8 { return SystemTitle(bytes) }
        refuse(
            key,
            "\"\(text.shortened)\" must have 16 hexadecimal digits: \"p1lora read --format json\" shows the meter's")
        return nil
    }

    /// One of the boards that are known by name; another has its lines set one by one.
    func board<Board>(_ key: String, among known: [Board], by name: KeyPath<Board, String>) -> Board? {
        guard let wanted = string(key) else { return nil }
        if let board = known.first(where: { $0[keyPath: name] == wanted }) { return board }
        let names = known.map { "\"\($0[keyPath: name])\"" }.joined(separator: ", ")
        refuse(key, "\"\(wanted.shortened)\" is not known, set the lines instead; known are \(names)")
        return nil
    }

    /// A GPIO line, or -1 for "not wired".
    func line(_ key: String, default line: Int?) -> Int? {
        guard let number = integer(key, in: -1...511) else { return line }
        return number < 0 ? nil : number
    }

    /// In steps of a tenth; a finer one is rounded.
    package func tenths(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = number(key) else { return nil }
        let quantity = FixedPoint(text).map {
            Quantity(coefficient: $0.coefficient, decimals: UInt8($0.decimals), unit: .none)
        }
        if let tenths = quantity?.coefficient(in: .none, decimals: 1, rounding: true),
            let number = Int(exactly: tenths), range.contains(number)
        {
            return number
        }
        refuse(key, "must be from \(range.lowerBound / 10) to \(range.upperBound / 10), this is \(text.shortened)")
        return nil
    }
}
