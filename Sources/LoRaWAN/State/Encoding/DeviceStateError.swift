/// Why a stored state is refused. The device then has to join anew, with a DevNonce above all that were used
/// (``DeviceConfiguration/firstDevNonce``).
public enum DeviceStateError: Error, Hashable, Sendable {
    /// It does not begin as a stored state does.
    case notAState
    /// Written by another version of this program.
    case unknownVersion(seen: UInt8, known: UInt8)
    /// Damaged: a bit has changed, or bytes are missing.
    case wrongChecksum(seen: UInt32, computed: UInt32)
    /// It ends within the field.
    case endsIn(field: String)
    /// A field of a stored state holds what it can't.
    case wrongField(name: String, value: String, wanted: String)
    /// More bytes than fields.
    case bytesLeft(Int)
}

extension DeviceStateError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notAState: "the record is no LoRaWAN state"
        case .unknownVersion(let seen, let known):
            "the LoRaWAN state has format \(seen), this program knows \(known): was it stored by a newer version?"
        case .wrongChecksum(let seen, let computed):
            "the LoRaWAN state is damaged: its checksum is \(hex(seen)), its bytes give \(hex(computed))"
        case .endsIn(let field): "the LoRaWAN state ends within the field \(field)"
        case .wrongField(let name, let value, let wanted):
            "the LoRaWAN state has \(name) = \(value), it should be \(wanted)"
        case .bytesLeft(let count): "the LoRaWAN state has \(count) bytes too many"
        }
    }

    private func hex(_ value: UInt32) -> String { HexadecimalIdentifier.text(UInt64(value), digits: 8) }
}
