import Timekeeping

/// Who has tried how many wrong secrets. Each peer has a few, of which one comes back now and then; and so have all together,
/// because one who attacks may have many addresses. Who came with the right one lately is not kept out by others.
struct TryLimit: Sendable {
    private struct Peer: Sendable {
        /// When all tries are back.
        var wellAt: MonotonicInstant
        var grantedAt: MonotonicInstant?
    }

    /// Wrong ones in a row, and how long it takes for one to come back.
    static let ofPeer = (count: 10, pace: TimeSpan.seconds(30))
    static let ofAll = (count: 100, pace: TimeSpan.seconds(2))
    static let memory = TimeSpan.seconds(86_400)
    static let mostPeers = 256

    private var peers: [String: Peer] = [:]
    private var allWellAt: MonotonicInstant?

    /// - Returns: how long this peer is not heard; nil when it may try.
    func wait(of peer: String, at now: MonotonicInstant) -> TimeSpan? {
        let known = peers[Self.key(peer)]
        let own = known.flatMap { rest($0.wellAt, Self.ofPeer, at: now) }
        let isTrusted = known?.grantedAt.map { now - $0 < Self.memory } ?? false
        return own ?? (isTrusted ? nil : allWellAt.flatMap { rest($0, Self.ofAll, at: now) })
    }

    mutating func note(_ peer: String, isRight: Bool, at now: MonotonicInstant) {
        let key = Self.key(peer)
        var entry = peers[key] ?? Peer(wellAt: now)
        if isRight {
            entry.grantedAt = now
        } else {
            entry.wellAt = max(entry.wellAt, now) + Self.ofPeer.pace
            allWellAt = max(allWellAt ?? now, now) + Self.ofAll.pace
        }
        if peers[key] == nil, peers.count >= Self.mostPeers { forgetOne(at: now) }
        peers[key] = entry
    }

    private func rest(
        _ wellAt: MonotonicInstant, _ limit: (count: Int, pace: TimeSpan), at now: MonotonicInstant
    ) -> TimeSpan? {
        let free = wellAt - limit.pace * Int64(limit.count - 1)
        return free > now ? free - now : nil
    }

    /// The one that matters least: granted to none, and well the soonest.
    private mutating func forgetOne(at now: MonotonicInstant) {
        let untrusted = peers.filter { $0.value.grantedAt == nil }
        if let key = (untrusted.isEmpty ? peers : untrusted).min(by: { $0.value.wellAt < $1.value.wellAt })?.key {
            peers[key] = nil
        }
    }

    /// A home has 64 bits of an IPv6 address to choose from. An IPv4 address may be written as a mapped one.
    private static func key(_ peer: String) -> String {
        let groups = peer.split(separator: ":", omittingEmptySubsequences: false)
        if let last = groups.last, last.contains(".") { return String(last) }
        guard groups.count > 2 else { return peer }
        return groups.prefix(4).prefix { !$0.isEmpty }.joined(separator: ":") + "::/64"
    }
}
