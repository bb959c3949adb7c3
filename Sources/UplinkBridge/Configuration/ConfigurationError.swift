/// What is wrong in a configuration file, where, and what to write instead.
public struct ConfigurationError: Error, Hashable, Sendable {
    /// From 1; nil when the file as a whole is meant.
    public let line: Int?
    public let message: String

    public init(line: Int?, _ message: String) {
        self.line = line
        self.message = message
    }
}

extension ConfigurationError: CustomStringConvertible {
    public var description: String { line.map { "line \($0): \(message)" } ?? message }
}
