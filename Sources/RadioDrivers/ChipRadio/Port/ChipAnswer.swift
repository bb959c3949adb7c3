/// Who answers on a bus.
package struct ChipAnswer: Hashable, Sendable {
    /// "SX1276", or "SX126x" where one can't tell which.
    package let title: String
    /// What it says that it is: an SX1262 says SX1261, too.
    package let said: String
}
