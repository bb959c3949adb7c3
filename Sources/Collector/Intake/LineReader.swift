import Glibc

/// Lines of a descriptor. One that is longer than any message is passed over and takes no memory.
package struct LineReader {
    package enum Line: Hashable, Sendable {
        case text([UInt8])
        case tooLong(bytes: Int)

        /// Without blanks around it, and without the `data:` of a stream of events; nil for an empty line.
        var message: Self? {
            guard case .text(let line) = self else { return self }
            func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
            var rest = line.drop(while: isBlank)
            let head = Array("data:".utf8)
            if rest.starts(with: head) { rest = rest.dropFirst(head.count).drop(while: isBlank) }
            while let last = rest.last, isBlank(last) { rest.removeLast() }
            return rest.isEmpty ? nil : .text(Array(rest))
        }
    }

    package struct Failure: Error, CustomStringConvertible { package let description: String }

    private let descriptor: Int32
    private var buffer: LineBuffer
    private var isAtEnd = false

    package init(_ descriptor: Int32, longest: Int) {
        self.descriptor = descriptor
        buffer = LineBuffer(longest: longest)
    }

    /// - Returns: nil at the end.
    package mutating func next() throws(Failure) -> Line? {
        while true {
            if let line = buffer.next() { return line }
            if isAtEnd { return buffer.last() }
            try fill()
        }
    }

    private mutating func fill() throws(Failure) {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        var count = Glibc.read(descriptor, &chunk, chunk.count)
        while count < 0, errno == EINTR { count = Glibc.read(descriptor, &chunk, chunk.count) }
        guard count >= 0 else { throw Failure(description: String(cString: strerror(errno))) }
        isAtEnd = count == 0
        buffer.append(chunk.prefix(count))
    }
}
