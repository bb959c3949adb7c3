public import Timekeeping

extension Device {
    /// Changes the network's air-time for 24 hours; what was spent in the last 24 counts on. Nil leaves only the law.
    public mutating func setNetworkPurse(_ limit: TimeSpan?) {
        let limit = limit ?? .hours(24)
        if state.purse == nil { state.purse = AirTimeWindow(length: .hours(24), limit: limit) }
        state.purse?.limit = limit
    }
}
