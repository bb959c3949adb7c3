package import Timekeeping

/// What a simulation is asked for.
package struct TrialPlan {
    package var days: Int64
    package var loss = LossPattern.independent(0)
    /// Fixed, with ADR off; nil lets the network choose.
    package var dataRate: UInt8?
    package var seed: UInt64 = 1
    /// Whether somebody at the server asks for what is missing.
    package var asksForGaps = true
    /// One for each meter; those that the seed furnishes where there are none.
    package var houses: [HouseFile] = []
    /// When it begins; a quarter-hour. That of the first house where there are files, midsummer otherwise.
    package var start: UTCInstant?
    /// Between two telegrams: real meters send one every ten seconds, or every one.
    package var telegramEvery = TimeSpan.minutes(1)
    /// Whether a session that is not answered is made anew.
    package var watchesContact = true
    /// Whether more than lost frames befalls the bridge.
    package var hasTroubles = false
    /// When another meter, which begins at zero, takes the place of the first one.
    package var replacesMeterAfter: TimeSpan?
    /// Whether it is checked at the end that every promise was kept.
    package var isAudited = true

    package init(
        days: Int64, loss: LossPattern = .independent(0), dataRate: UInt8? = nil, seed: UInt64 = 1,
        asksForGaps: Bool = true, houses: [HouseFile] = [], start: UTCInstant? = nil,
        telegramEvery: TimeSpan = .minutes(1), watchesContact: Bool = true, hasTroubles: Bool = false,
        isAudited: Bool = true
    ) {
        self.days = days
        self.loss = loss
        self.dataRate = dataRate
        self.seed = seed
        self.asksForGaps = asksForGaps
        self.houses = houses
        self.start = start
        self.telegramEvery = telegramEvery
        self.watchesContact = watchesContact
        self.hasTroubles = hasTroubles
        self.isAudited = isAudited
    }
}
