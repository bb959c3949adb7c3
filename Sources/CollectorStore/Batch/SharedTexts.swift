/// The same text once, however many rows have it: of a fleet's devices most are behind the same gateways.
struct SharedTexts {
    private var known: Set<String> = []

    mutating func text(_ text: String) -> String { known.insert(text).memberAfterInsert }
}
