/// What in a text is no TOML, where, and what to write instead.
package struct TOMLMistake: Error, Hashable, Sendable, CustomStringConvertible {
    package let position: TextPosition
    /// One sentence; no key or password is in it.
    package let message: String

    package var description: String { "line \(position.line): \(message)" }
}
