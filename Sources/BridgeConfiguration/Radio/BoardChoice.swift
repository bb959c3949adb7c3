package import RadioDrivers

/// A board, for who has to say which one he has.
package struct BoardChoice: Sendable {
    /// As in the configuration.
    package let name: String
    /// What is printed on it.
    package let title: String
    /// At the chip select of a bus; nil for a line of its own.
    package let device: String?
    /// An amplifier behind the chip adds what only its owner knows.
    package let hasAmplifier: Bool

    /// Wired by hand, and so at any chip select.
    package var isBare: Bool { name == "module" }
}

/// Who answered on an SPI bus.
package struct FoundChip: Sendable {
    package let kind: any RadioKind.Type
    package let answer: ChipAnswer

    /// As the chip names itself, where that is more than all of its kind say; else the commonest.
    package var likeliestPart: String? {
        let named = kind.parts.first { answer.said.lowercased().hasPrefix($0) && $0 != "sx1261" }
        return named ?? kind.parts.first
    }
}
