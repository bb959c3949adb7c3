/// Whose a device's downlinks are, where the network allows so many a day (10 on The Things Network, acknowledgements among
/// them) and a collector asks for what is missing.
public enum DownlinkShares {
    /// Of these ten,
    public static let all = 10
    /// the bridge causes these with confirmed uplinks and link checks,
    public static let bridge = 3
    /// and the collector these, with requests. What is left is for a person's commands.
    public static let collector = 6

    /// The bridge's part of what its network allows; nil where that sets no limit.
    public static func bridge(of allowance: Int?) -> Int? { allowance.map { part(bridge, of: $0) } }

    /// The collector's part. Where the network sets no limit the law of the gateway's band does, and a day of gaps needs
    /// no more than this.
    public static func collector(of allowance: Int?) -> Int { allowance.map { part(collector, of: $0) } ?? 24 }

    /// Rounded down, but one at least of two or more.
    private static func part(_ share: Int, of allowance: Int) -> Int {
        let part = allowance / all * share + allowance % all * share / all
        return part == 0 && allowance >= 2 ? 1 : part
    }
}
