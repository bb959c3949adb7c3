public import Timekeeping

/// The commands of one downlink.
///
/// | bits | content |
/// | --- | --- |
/// | 4 | version |
/// | 12 | sequence number |
/// | 5, 3 | of each command: its number; bytes of arguments |
/// | | its arguments |
///
/// The length of the arguments lets a bridge skip what it does not know.
public struct CommandFrame: Hashable, Sendable {
    /// Bytes that the fastest data rates carry: more can't be sent (RP002, N without a repeater).
    public static let longest = 242
    /// Bytes that the slowest data rates carry: what is longer may be thrown away by the network server.
    public static let safeLength = 51

    /// Sequence numbers that there are.
    public static let sequences = 4_096

    /// 0 to 4095. A bridge carries a downlink out when its number is not among the last 64 that it carried out.
    public var sequence: Int
    /// Carried out in this order.
    public var commands: [Command]

    /// Commands for one bridge.
    public init(sequence: Int, commands: [Command]) {
        self.sequence = sequence
        self.commands = commands
    }

    /// The number of a downlink that is made now, for which nothing need be remembered but the last minute: the minutes since
    /// 2020 modulo 4096, or the next one that was not given to another downlink for the same bridge.
    ///
    /// - Parameters:
    ///   - time: the present.
    ///   - used: numbers of the last downlinks to this bridge; no more than 64 of them matter.
    public static func sequence(at time: UTCInstant, after used: some Sequence<Int> = []) -> Int {
        let taken = Set(used)
        let circle = Int64(sequences) * 60
        let seconds = (time.secondsSince1970 - Alarm.epoch) % circle
        var sequence = Int((seconds + circle) % circle / 60)
        for _ in 0..<sequences where taken.contains(sequence) { sequence = (sequence + 1) % sequences }
        return sequence
    }

    /// The payload of the downlink.
    public func encode() -> [UInt8] {
        var writer = BitWriter()
        writer.write(ReportKind.version, width: 4)
        writer.write(UInt64(truncatingIfNeeded: sequence), width: 12)
        for command in commands {
            writer.write(UInt64(command.kind.rawValue), width: 5)
            writer.write(UInt64(command.kind.byteCount), width: 3)
            command.write(to: &writer)
        }
        return writer.bytes
    }
}

extension Command {
    func write(to writer: inout BitWriter) {
        for (argument, code) in zip(kind.arguments, codes) { writer.write(code, width: argument.width) }
    }
}

/// A downlink as a bridge takes it: what can be understood of it, and why the rest can't.
struct ReceivedCommands {
    /// Nil when the downlink is too short to have one.
    let sequence: Int?
    let commands: [Item]

    struct Item {
        /// As it stands in the downlink; 0 for the downlink as a whole.
        let number: UInt8
        let content: Result<Command, Refusal>
    }

    init(_ bytes: [UInt8]) {
        var reader = BitReader(bytes)
        guard let version = reader.read(width: 4), let sequence = reader.read(width: 12) else {
            self.init(sequence: nil, commands: [Item(number: 0, content: .failure(.badArguments))])
            return
        }
        guard version == ReportKind.version else {
            self.init(sequence: Int(sequence), commands: [Item(number: 0, content: .failure(.wrongVersion))])
            return
        }
        var items: [Item] = []
        while let number = reader.read(width: 5), let length = reader.read(width: 3) {
            guard let arguments = Self.take(Int(length), from: &reader) else {
                items.append(Item(number: UInt8(number), content: .failure(.badArguments)))
                break
            }
            items.append(Item(number: UInt8(number), content: Self.command(UInt8(number), arguments)))
        }
        self.init(sequence: Int(sequence), commands: items)
    }

    private init(sequence: Int?, commands: [Item]) {
        self.sequence = sequence
        self.commands = commands
    }

    private static func take(_ count: Int, from reader: inout BitReader) -> [UInt8]? {
        guard reader.remaining >= count * 8 else { return nil }
        return (0..<count).compactMap { _ in reader.read(width: 8).map { UInt8($0) } }
    }

    private static func command(_ number: UInt8, _ arguments: [UInt8]) -> Result<Command, Refusal> {
        guard let kind = CommandKind(rawValue: number) else { return .failure(.unknownCommand) }
        guard arguments.count == kind.byteCount else { return .failure(.badArguments) }
        var reader = BitReader(arguments)
        let codes = kind.arguments.compactMap { reader.read(width: $0.width) }
        guard let command = Command(kind, codes: codes) else { return .failure(.badArguments) }
        return .success(command)
    }
}

extension Refusal: Error {}
