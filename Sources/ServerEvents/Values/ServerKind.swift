/// A network server whose JSON is understood. The raw values are those of configurations.
public enum ServerKind: String, CaseIterable, Hashable, Sendable {
    /// ChirpStack, version 4.
    case chirpStack = "chirpstack"
    /// The Things Stack, version 3.
    case theThingsStack = "the-things-stack"
}
