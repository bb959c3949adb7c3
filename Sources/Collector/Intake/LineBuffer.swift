/// Cuts what comes piece by piece into lines. One that is longer than any message is passed over and takes no memory.
struct LineBuffer {
    private let longest: Int
    private var bytes: [UInt8] = []
    private var position = 0
    /// Of the line that is passed over.
    private var passed = 0

    init(longest: Int) { self.longest = longest }

    mutating func append(_ piece: some Collection<UInt8>) {
        bytes.removeFirst(position)
        position = 0
        bytes += piece
    }

    /// - Returns: nil where no whole line is there.
    mutating func next() -> LineReader.Line? {
        let rest = bytes[position...]
        if let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            position = end + 1
            return line(rest[..<end])
        }
        if rest.count > longest {
            passed += rest.count
            position = bytes.count
        }
        return nil
    }

    /// What stands behind the last line end, when no more will come.
    mutating func last() -> LineReader.Line? {
        let rest = bytes[position...]
        position = bytes.count
        return rest.isEmpty && passed == 0 ? nil : line(rest)
    }

    private mutating func line(_ bytes: ArraySlice<UInt8>) -> LineReader.Line {
        let count = passed + bytes.count
        passed = 0
        return count > longest ? .tooLong(bytes: count) : .text(Array(bytes))
    }
}
