public import MeterValues

/// Why a pushed message, which came whole, gives no readings.
public enum PushFault: Error, Hashable {
    /// It is no data-notification; its first byte.
    case noNotification(UInt8)
    /// Its data ends too early, or has a type that COSEM does not know, at this byte.
    case broken(at: Int)
    /// It names registers without scale and unit, and this program does not know the maker's list; the first of them.
    case scaleUnknown(OBISCode)
    /// It gives values by their position only, in a list of so many that this program does not know.
    case listUnknown(values: Int)
    /// It gives no value at all.
    case empty
}

extension PushFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noNotification(let byte):
            "a message came whole, and is no push of values (it begins with \(String(byte, radix: 16, uppercase: true)), a "
                + "data-notification with F)"
        case .broken(let place):
            "a message came whole, and its data breaks off or is of no known type (byte \(place) of it)"
        case .scaleUnknown(let code):
            "a message came whole, and this meter says neither unit nor scale of its values (\(code)), and its maker's are not "
                + "known here: nothing is guessed; please report the meter's make and type"
        case .listUnknown(let values):
            "a message came whole, with \(values) values that have no codes, and the list of this meter is not known here: please "
                + "report its make and type"
        case .empty: "a message came whole, and no value is in it"
        }
    }
}
