import FoundationEssentials

/// What is told of as one object of JSON.
package protocol JSONStatus: Codable {}

extension JSONStatus {
    /// One object on one line, its keys in the same order each time.
    package func json() -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Fails for numbers that are none, and there are none.
        return (try? encoder.encode(self)).map { [UInt8]($0) } ?? []
    }

    /// Reads what ``json()`` wrote.
    /// - Throws: when it was written by a version that says something else.
    package init(json: [UInt8]) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        self = try decoder.decode(Self.self, from: Data(json))
    }
}
