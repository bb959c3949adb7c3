/// What the device has to say to the network: answers in the order of the requests, then its own requests.
struct CommandQueue: Hashable {
    private(set) var commands: [UplinkCommand] = []
    /// How many of them, from the front, went out at least once and stay only because they are sticky.
    private(set) var repeated = 0

    init() {}

    /// From a stored state.
    init(commands: [UplinkCommand], repeated: Int) {
        self.commands = commands
        self.repeated = max(0, min(repeated, commands.count))
    }

    /// Bytes of all commands.
    var count: Int { commands.reduce(0) { $0 + $1.count } }
    var isEmpty: Bool { commands.isEmpty }
    /// Something has never been sent.
    var hasNews: Bool { repeated < commands.count }

    /// Something sticky has never been sent.
    var hasPressingNews: Bool { commands.dropFirst(repeated).contains(where: \.isSticky) }

    /// Answers go in front of the device's own requests.
    mutating func append(_ command: UplinkCommand) {
        if command.isRequest {
            if !commands.contains(command) { commands.append(command) }
            return
        }
        let index = commands.firstIndex(where: \.isRequest) ?? commands.count
        commands.insert(command, at: index)
    }

    func contains(_ command: UplinkCommand) -> Bool { commands.contains(command) }

    /// Bytes of as many commands, from the front, as fit in `limit`; the cut is between two commands (TS001 5).
    func fitting(_ limit: Int) -> Int {
        var total = 0
        for command in commands {
            guard total + command.count <= limit else { break }
            total += command.count
        }
        return total
    }

    /// What ``fitting(_:)`` will be when all that is not sticky has been sent.
    func fittingOnceSent(_ limit: Int) -> Int {
        var rest = self
        rest.keepSticky(and: [])
        return rest.fitting(limit)
    }

    /// The commands that fit in `limit` bytes, encoded; they count as sent. So do answers behind them, which the
    /// network asks for again (all answers to one downlink go in one uplink, TS001 5); a request waits.
    mutating func take(_ limit: Int) -> [UInt8] {
        guard !commands.isEmpty else { return [] }
        var bytes: [UInt8] = []
        var taken = 0
        for command in commands {
            guard bytes.count + command.count <= limit else { break }
            command.append(to: &bytes)
            taken += 1
        }
        keepSticky(and: commands.dropFirst(taken).filter(\.isRequest))
        return bytes
    }

    /// All went out: what is sticky is repeated, each answer once. Only the latest are: with the two requests behind
    /// them they must fit in the shortest frame that there is, which has room for eleven bytes, or these never go out.
    private mutating func keepSticky(and waiting: [UplinkCommand]) {
        var kept: [UplinkCommand] = []
        var room = 9
        for command in commands.reversed() where command.isSticky && !kept.contains(command) {
            guard command.count <= room else { break }
            room -= command.count
            kept.insert(command, at: 0)
        }
        repeated = kept.count
        commands = kept + waiting
    }

    /// A class A downlink arrived: the network has what was repeated.
    mutating func forgetSticky() {
        guard repeated > 0 else { return }
        commands.removeFirst(repeated)
        repeated = 0
    }
}
