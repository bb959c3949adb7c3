import Ciphers
import LoRaWAN
import MeterValues
import SmartMeter
import UplinkPayload

extension ConfigurationTable {
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, _ type: Choice.Type
    ) throws(ConfigurationError) -> Choice? where Choice.RawValue == String {
        guard let text = try string(key) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let known = Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: " or ")
            throw error(key, "\"\(text)\" must be \(known)")
        }
        return choice
    }

    func identifier<Identifier>(
        _ key: String, digits: Int = 16, _ parse: (String) throws(IdentifierError) -> Identifier
    ) throws(ConfigurationError) -> Identifier {
        guard let text = try string(key) else {
            throw missing(key, "is missing: \(digits) hexadecimal digits, as registered in the network server")
        }
        do {
            return try parse(text)
        } catch {
            throw self.error(key, "\(error)")
        }
    }

    /// A meter's name, as the decoder's output shows it.
    func name(default name: String) throws(ConfigurationError) -> String {
        let name = try string("name") ?? name
        guard !name.isEmpty, name.utf8.count <= 40, !name.unicodeScalars.contains(where: { $0.value < 32 }) else {
            throw error("name", "must have 1 to 40 characters and no control characters")
        }
        return name
    }

    /// Eight octets as 16 hexadecimal digits.
    func systemTitle(_ key: String) throws(ConfigurationError) -> SystemTitle? {
        guard let text = try string(key) else { return nil }
        guard text.utf8.count == 16, let bytes = [UInt8](hex: text) else {
            throw error(
                key, "\"\(text)\" must have 16 hexadecimal digits: \"p1lora read --format json\" shows the meter's")
        }
        return SystemTitle(bytes)
    }

    /// A GPIO line, or -1 for "not wired".
    func line(_ key: String, default line: Int?) throws(ConfigurationError) -> Int? {
        guard let number = try integer(key, in: -1...511) else { return line }
        return number < 0 ? nil : number
    }

    func tenths(_ key: String, in range: ClosedRange<Int>) throws(ConfigurationError) -> Int? {
        guard let text = try number(key) else { return nil }
        let quantity = FixedPoint(text).map {
            Quantity(coefficient: $0.coefficient, decimals: UInt8($0.decimals), unit: .none)
        }
        guard let tenths = quantity?.coefficient(in: .none, decimals: 1, rounding: true), range.contains(Int(tenths))
        else { throw error(key, "must be from \(range.lowerBound / 10) to \(range.upperBound / 10)") }
        return Int(tenths)
    }
}
