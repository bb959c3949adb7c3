/// What the network waits for. Answers ride on the next uplink (TS001 5); only some are reason for one of their own.
public enum NetworkExpectation: Int, Hashable, Sendable, Comparable {
    /// It waits for no answer.
    case nothing
    /// Answers that ask for no haste: they go with the next report.
    case answers
    /// Answers that are repeated until a downlink comes, and until which the network does not know how to reach the device;
    /// or in class C an ACK.
    case pressing
    /// FPending: the network has more to say.
    case more

    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

extension Device {
    /// The answers that the network waits for.
    public var expectation: NetworkExpectation {
        guard let session = state.session else { return .nothing }
        if morePending { return .more }
        if session.commands.hasPressingNews || (session.owesAcknowledgement && deviceClass == .c) { return .pressing }
        return session.owesAcknowledgement || session.commands.hasNews ? .answers : .nothing
    }
}
