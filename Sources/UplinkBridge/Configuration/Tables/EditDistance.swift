/// How many letters must be inserted, removed or replaced to turn one word into the other (Levenshtein).
enum EditDistance {
    static func between(_ first: String, _ second: String) -> Int {
        let (first, second) = (Array(first.utf8), Array(second.utf8))
        var previous = Array(0...second.count)
        for (i, letter) in first.enumerated() {
            var current = [i + 1]
            for (j, other) in second.enumerated() {
                current.append(min(previous[j + 1] + 1, current[j] + 1, previous[j] + (letter == other ? 0 : 1)))
            }
            previous = current
        }
        return previous[second.count]
    }
}
