/// Data bits, parity and stop bits of a serial line.
package enum SerialFraming: String, CaseIterable, Hashable, Sendable {
    case eightNoneOne = "8N1"
    case sevenEvenOne = "7E1"
    case eightEvenOne = "8E1"
}

/// Speed and framing of a serial line.
package struct SerialSettings: Hashable, Sendable {
    /// Bits a second that a port can be set to.
    package static let speeds = [300, 1_200, 2_400, 4_800, 9_600, 19_200, 38_400, 57_600, 115_200]

    /// One of ``speeds``.
    package var baudRate: Int
    package var framing: SerialFraming

    package init(baudRate: Int = 115_200, framing: SerialFraming = .eightNoneOne) {
        self.baudRate = baudRate
        self.framing = framing
    }
}

extension SerialSettings: CustomStringConvertible {
    /// "2400 8E1"
    package var description: String { "\(baudRate) \(framing.rawValue)" }
}
