extension PayloadSchema {
    /// The codec's p1Keys, by which all decoded uplinks go: see ``FlatKeys``.
    var keysText: String {
        guard keys == .byMeter else { return "function p1Keys(data) { return data; }\n" }
        let kept = FlatKeys.kept.sorted().map { "\($0): true" }.joined(separator: ", ")
        return """
            var P1_PREFIXES = [\(prefixes.map { "\"\($0)\"" }.joined(separator: ", "))];
            var P1_KEPT = { \(kept) };
            \(Scripts.keysByMeter)
            """
    }
}
