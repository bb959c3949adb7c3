/// How many letters must be inserted, removed or replaced to turn one word into the other (Levenshtein).
package enum EditDistance {
    package static func between(_ first: String, _ second: String) -> Int {
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

    /// Whether one is the other with a slip or two.
    package static func areAlike(_ written: String, _ known: String) -> Bool {
        distance(written, known) <= max(2, written.utf8.count / 3)
    }

    /// The known word that was meant; nil when none is near.
    package static func nearest(to written: String, among known: some Collection<String>) -> String? {
        known.sorted().min { distance(written, $0) < distance(written, $1) }.flatMap {
            areAlike(written, $0) ? $0 : nil
        }
    }

    /// Capitals and the kind of line between words do not count. No word that is meant is long.
    private static func distance(_ written: String, _ known: String) -> Int {
        guard written.utf8.count <= 64 else { return .max }
        return between(written.lowercased().replacing("-", with: "_"), known.lowercased().replacing("-", with: "_"))
    }
}
