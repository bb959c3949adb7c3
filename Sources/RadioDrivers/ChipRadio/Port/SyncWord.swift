/// What LoRa frames begin with: a radio hears those of its own kind of network.
package enum SyncWord: Hashable, Sendable {
    /// LoRaWAN's (RP002, "physical layer").
    case publicNetwork
    /// Semtech's for all others, which a chip also has after a reset.
    case privateNetwork
}
