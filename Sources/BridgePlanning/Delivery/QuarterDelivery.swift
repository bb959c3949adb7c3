/// How far a quarter-hour has come on its way to the server.
package enum QuarterDelivery: String, Hashable, Sendable {
    case waiting, sent, acknowledged
}
