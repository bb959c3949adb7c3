/// Dates and times of RFC 3339, as TOML 1.0 takes them: with or without an offset, or either alone.
enum TOMLDate {
    static func isValid(_ word: String) -> Bool {
        let bytes = Array(word.utf8)
        guard bytes.count >= 10, bytes[4] == UInt8(ascii: "-") else { return isTime(bytes[...]) }
        guard isDate(bytes[..<10]) else { return false }
        if bytes.count == 10 { return true }
        guard "Tt ".utf8.contains(bytes[10]) else { return false }
        var time = bytes[11...]
        if let last = time.last, "Zz".utf8.contains(last) {
            time = time.dropLast()
        } else if time.count > 6, let sign = time.dropLast(5).last, "+-".utf8.contains(sign) {
            guard let offset = numbers(time.suffix(5), "00:00"), offset[0] < 24, offset[1] < 60 else { return false }
            time = time.dropLast(6)
        }
        return isTime(time)
    }

    private static func isDate(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let parts = numbers(bytes, "0000-00-00"), (1...12).contains(parts[1]) else { return false }
        let isLeap = parts[0] % 4 == 0 && (parts[0] % 100 != 0 || parts[0] % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...days[parts[1] - 1]).contains(parts[2])
    }

    /// A second of 60 is a leap second.
    private static func isTime(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let parts = numbers(bytes.prefix(8), "00:00:00"), parts[0] < 24, parts[1] < 60, parts[2] <= 60 else {
            return false
        }
        let fraction = bytes.dropFirst(8)
        return fraction.isEmpty
            || fraction.first == UInt8(ascii: ".") && fraction.count > 1
                && fraction.dropFirst().allSatisfy(\.isDigit)
    }

    /// - Parameter pattern: 0 for a digit, all else as it is.
    private static func numbers(_ bytes: ArraySlice<UInt8>, _ pattern: String) -> [Int]? {
        guard bytes.count == pattern.utf8.count else { return nil }
        var numbers = [0]
        for (byte, wanted) in zip(bytes, pattern.utf8) {
            if wanted == UInt8(ascii: "0"), byte.isDigit {
                numbers[numbers.count - 1] = numbers[numbers.count - 1] * 10 + Int(byte - UInt8(ascii: "0"))
            } else if byte == wanted, wanted != UInt8(ascii: "0") {
                numbers.append(0)
            } else {
                return nil
            }
        }
        return numbers
    }
}
