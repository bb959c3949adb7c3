import Glibc

/// Lines of a descriptor. One that is longer than any message is passed over and takes no memory.
package struct LineReader {
    package enum Line: Hashable, Sendable {
        case text([UInt8])
        case tooLong(bytes: Int)
    }

    package struct Failure: Error, CustomStringConvertible { package let description: String }

    private let descriptor: Int32
    private let longest: Int
    private var buffer: [UInt8] = []
    private var position = 0
    /// Of the line that is passed over.
    private var passed = 0
    private var isAtEnd = false

    package init(_ descriptor: Int32, longest: Int) {
        self.descriptor = descriptor
        self.longest = longest
    }

    /// - Returns: nil at the end.
    package mutating func next() throws(Failure) -> Line? {
        while true {
            let rest = buffer[position...]
            if let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                position = end + 1
                return line(rest[..<end])
            }
            if isAtEnd {
                position = buffer.count
                return rest.isEmpty && passed == 0 ? nil : line(rest)
            }
            if rest.count > longest {
                passed += rest.count
                position = buffer.count
            }
            try fill()
        }
    }

    private mutating func line(_ bytes: ArraySlice<UInt8>) -> Line {
        let count = passed + bytes.count
        passed = 0
        return count > longest ? .tooLong(bytes: count) : .text(Array(bytes))
    }

    private mutating func fill() throws(Failure) {
        buffer.removeFirst(position)
        position = 0
        var chunk = [UInt8](repeating: 0, count: 65_536)
        var count = Glibc.read(descriptor, &chunk, chunk.count)
        while count < 0, errno == EINTR { count = Glibc.read(descriptor, &chunk, chunk.count) }
        guard count >= 0 else { throw Failure(description: String(cString: strerror(errno))) }
        isAtEnd = count == 0
        buffer += chunk.prefix(count)
    }
}
