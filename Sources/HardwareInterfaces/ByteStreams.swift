/// A source of bytes that never blocks: a serial line, a TCP connection, a file being replayed.
package protocol SerialLine: AnyObject {
    /// Readable (POLLIN) while bytes wait; nil when reading never waits (a file) or the line is simulated.
    var pollDescriptor: Int32? { get }
    /// Appends what has come to `buffer`, at most `limit` bytes.
    /// - Returns: `.bytes(n)`, `.nothingYet`, `.opening` (a connection is still being made), or `.ended` (end of file; the peer closed; the adapter was unplugged).
    func read(into buffer: inout [UInt8], limit: Int) throws(HardwareError) -> ReadOutcome
    /// Writes all bytes.
    func write(_ bytes: [UInt8]) throws(HardwareError)
}

package enum ReadOutcome: Hashable, Sendable {
    case bytes(Int)
    case nothingYet
    case opening
    case ended
}

/// A UDP socket connected to one peer.
package protocol DatagramSocket: AnyObject {
    var pollDescriptor: Int32? { get }
    func send(_ datagram: [UInt8]) throws(HardwareError)
    /// The next datagram that has come, or nil. Does not block.
    func receive() throws(HardwareError) -> [UInt8]?
}

/// A line that can be held low for longer than any character: how a module is told to measure the speed anew.
package protocol BreakableLine: SerialLine {
    /// Begins (true) or ends a break; it lasts as long as the caller lets it.
    func setBreak(_ isOn: Bool) throws(HardwareError)
}
