/// What is wrong in a configuration file: every mistake, in the order of the file.
public struct ConfigurationError: Error, Hashable, Sendable {
    /// One at least.
    public let mistakes: [ConfigurationMistake]

    /// - Parameter mistakes: what is told twice is told once; without a line behind all others.
    init(_ mistakes: [ConfigurationMistake]) {
        var seen: Set<ConfigurationMistake> = []
        let told = mistakes.filter { seen.insert($0).inserted }
        // Of the same line the first comes first.
        self.mistakes = told.enumerated().sorted {
            ($0.element.line ?? .max, $0.offset) < ($1.element.line ?? .max, $1.offset)
        }.map(\.element)
    }

    /// One mistake; `line` counts from 1, nil where no line is to blame.
    public init(line: Int?, _ message: String) { mistakes = [ConfigurationMistake(line: line, message: message)] }

    /// Of the first mistake.
    public var line: Int? { mistakes.first?.line }
    /// Of the first mistake.
    public var message: String { mistakes.first?.message ?? "" }
}

/// One thing that is wrong, where, and what to write instead.
public struct ConfigurationMistake: Hashable, Sendable, CustomStringConvertible {
    /// From 1; nil when the file as a whole is meant.
    public let line: Int?
    /// What was seen, what is wanted and what to do.
    public let message: String

    public var description: String { line.map { "line \($0): \(message)" } ?? message }
}

extension ConfigurationError: CustomStringConvertible {
    public var description: String { mistakes.map(\.description).joined(separator: "; ") }
}

/// Where the mistakes of one reading are gathered, so that a person hears of all of them at once.
package final class MistakeList {
    private var mistakes: [ConfigurationMistake] = []

    package init() {}

    func add(line: Int?, _ message: String) { mistakes.append(ConfigurationMistake(line: line, message: message)) }

    /// - Parameter value: nil when a mistake kept it from being made.
    /// - Throws: all that was added, if anything was.
    package func checked<Value>(_ value: Value?) throws(ConfigurationError) -> Value {
        guard mistakes.isEmpty else { throw ConfigurationError(mistakes) }
        guard let value else { throw ConfigurationError(line: nil, "something that is needed is missing") }
        return value
    }
}
