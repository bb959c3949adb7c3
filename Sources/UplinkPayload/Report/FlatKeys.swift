/// How the keys of decoded reports are made. Consumers that know a device and a key alone make one series of each.
public enum FlatKeys: String, CaseIterable, Hashable, Sendable {
    /// The fields' names.
    case plain
    /// The meter's name in front, and "history" in front of the registers of intervals reports, so that no two meters and
    /// no old and new register share a key.
    case byMeter = "by_meter"

    /// Keys that speak of the report, and lists, whose rows keep the fields' names.
    static let kept: Set<String> = ["report", "meter", "page", DecodedReport.historyKey, "intervals", "gaps"]
}
