/// Why a payload can't be decoded. The texts are those of the JavaScript decoder, so that a log line of a network server
/// and of `p1lora payload decode` are the same.
public enum DecodeError: Error, Hashable, Sendable {
    /// No message of this schema comes on that port.
    case unknownPort(Int, known: [Int])
    /// There is no byte.
    case empty
    /// It was packed by another configuration.
    case wrongTag(UInt8, expected: [UInt8])
    /// Too many or too few bytes.
    case wrongLength(Int, expected: Int)
    /// What the payload says of itself needs more bytes than it has.
    case tooShort(Int)
    /// The schema has fewer meters.
    case unknownMeter(Int, count: Int)
    /// Bits behind the last field are set.
    case paddingNotZero
    /// A format that no configuration changes, of another version.
    case wrongVersion(Int, of: String)
    /// A number from a table has no entry there.
    case unknownNumber(Int, in: String)
    /// A command has too many or too few bytes.
    case wrongArguments(command: String, bytes: Int, expected: Int)
    /// Of an intervals report: its end is missing, or a register is outside its range.
    case damagedSeries
}

extension DecodeError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unknownPort(let port, let known):
            "port \(port) carries no p1lora message, expected \(known.map(String.init).joined(separator: " or "))"
        case .empty: "the payload is empty"
        case .wrongTag(let tag, let expected):
            "layout tag \(tag), expected \(expected.map(String.init).joined(separator: " or ")): "
                + "this decoder was made for another configuration"
        case .wrongLength(let length, let expected): "\(length) bytes, expected \(expected)"
        case .tooShort(let length): "the payload has only \(length) bytes: its end is missing"
        case .unknownMeter(let number, let count): "meter number \(number), expected less than \(count)"
        case .damagedSeries: "the coded series has no end or a register outside its range: the payload is damaged"
        case .paddingNotZero: "the bits behind the last field are not zero: the payload is damaged"
        case .wrongVersion(let version, let subject):
            "version \(version) of \(subject), expected \(ReportKind.version): decoder and bridge differ in age"
        case .unknownNumber(let number, let subject):
            "\(subject) number \(number) is not known: the payload is damaged, or of a newer bridge"
        case .wrongArguments(let command, let bytes, let expected):
            "\(command) has \(bytes) bytes of arguments, expected \(expected)"
        }
    }
}
