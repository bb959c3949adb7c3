/// A JSON value that keeps the order of its members and the digits of its numbers (ECMA-404).
package enum JSONValue: Hashable, Sendable {
    package struct Member: Hashable, Sendable {
        package let key: String
        package let value: JSONValue

        package init(_ key: String, _ value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    case object([Member])
    case array([JSONValue])
    /// An array with one element a line: for people, and for tools that compare line by line.
    case lines([JSONValue])
    case string(String)
    /// As it is to be written: an exact decimal.
    case number(String)
    case flag(Bool)
    case null
    /// JSON that is written already.
    case written(String)

    /// A value that is null where there is none.
    package init(_ text: String?) { self = text.map(JSONValue.string) ?? .null }

    /// A number that is null where there is none.
    package init(_ number: (some CustomStringConvertible)?) { self = number.map { .number("\($0)") } ?? .null }

    /// As `JSON.stringify` writes it, but for the line ends of ``lines(_:)``.
    package var text: String {
        switch self {
        case .object(let members):
            "{" + members.map { JSONText.quoted($0.key) + ":" + $0.value.text }.joined(separator: ",") + "}"
        case .array(let elements): "[" + elements.map(\.text).joined(separator: ",") + "]"
        case .lines(let elements): "[\n" + elements.map(\.text).joined(separator: ",\n") + "\n]"
        case .string(let text): JSONText.quoted(text)
        case .number(let text), .written(let text): text
        case .flag(let flag): "\(flag)"
        case .null: "null"
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    package init(stringLiteral text: String) { self = .string(text) }
    package init(integerLiteral number: Int64) { self = .number("\(number)") }
    package init(booleanLiteral flag: Bool) { self = .flag(flag) }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(dictionaryLiteral members: (String, JSONValue)...) {
        self = .object(members.map { Member($0, $1) })
    }
    package init(nilLiteral: ()) { self = .null }
}
