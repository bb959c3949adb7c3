import HardwareInterfaces

/// A simulated module's end of a serial line: what has come and is no whole line yet, what waits to be read, and whether the
/// adapter is plugged in.
struct ModuleWire {
    private(set) var isPlugged = true
    private var input: [UInt8] = []
    private var output: [UInt8] = []

    /// The module begins anew: what was under way is lost.
    mutating func clear() { (input, output) = ([], []) }

    mutating func unplug() { isPlugged = false }

    mutating func plugIn() {
        isPlugged = true
        output = []
    }

    mutating func put(_ bytes: [UInt8]) { output += bytes }

    mutating func forgetInput() { input = [] }

    /// - Returns: the line that this byte ends.
    mutating func take(_ byte: UInt8) -> String? {
        guard byte == 0x0A else {
            input.append(byte)
            return nil
        }
        defer { input = [] }
        return String(decoding: input.filter { $0 != 0x0D }, as: UTF8.self)
    }

    mutating func read(into buffer: inout [UInt8], limit: Int) -> ReadOutcome {
        guard isPlugged else { return .ended }
        guard !output.isEmpty else { return .nothingYet }
        let count = min(limit, output.count)
        buffer += output.prefix(count)
        output.removeFirst(count)
        return .bytes(count)
    }

    func checkThatItIsPlugged() throws(HardwareError) {
        guard isPlugged else {
            throw HardwareError(.disconnected, device: "simulated module", message: "the adapter is unplugged")
        }
    }
}
