/// What in a text is no TOML, where, and what to write instead.
public struct TOMLMistake: Error, Hashable, Sendable, CustomStringConvertible {
    public let position: TextPosition
    /// One sentence; no key or password is in it.
    public let message: String

    public var description: String { "line \(position.line): \(message)" }
}
