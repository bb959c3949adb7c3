/// A status report is told in pages, each a frame that decodes alone: what is wanted daily is short, and the settings of
/// many meters still fit.
///
/// | bits | content |
/// | --- | --- |
/// | 4 | version |
/// | 4 | kind of page |
public enum StatusPage: Hashable, Sendable {
    /// How the bridge is.
    case health(BridgeHealth)
    /// Settings of some reports, those of the bridge as a whole before them.
    case settings(BridgeSettings, reports: Range<Int>)
    /// Tags of the layouts in use.
    case layouts([UInt8])
    /// The alarm limits of one meter.
    case limits([AlarmLimit: Int], meter: Int)

    /// Its number is that in frames.
    enum Kind: UInt8, CaseIterable {
        case health = 0
        case settings = 1
        case layouts = 2
        case limits = 3
    }

    /// All pages of settings, within `largestPayload` bytes each.
    /// - Parameters:
    ///   - settings: as they are in force.
    ///   - layouts: the tags of the layouts in use.
    ///   - largestPayload: bytes of FRMPayload.
    public static func settingsPages(
        _ settings: BridgeSettings, layouts: [UInt8], largestPayload: Int
    ) -> [StatusPage] {
        let reportsOnPage = max(1, min(31, (largestPayload * 8 - SettingsPage.headerWidth) / SettingsPage.reportWidth))
        let starts = stride(from: 0, to: max(1, settings.reports.count), by: reportsOnPage)
        var pages = starts.map { start in
            StatusPage.settings(settings, reports: start..<min(start + reportsOnPage, settings.reports.count))
        }
        let tagsOnPage = max(1, largestPayload - 1)
        for start in stride(from: 0, to: layouts.count, by: tagsOnPage) {
            pages.append(.layouts(Array(layouts[start..<min(start + tagsOnPage, layouts.count)])))
        }
        return pages + settings.limits.enumerated().map { .limits($0.element, meter: $0.offset) }
    }

    /// The payload of the page.
    public func encode() -> [UInt8] {
        var writer = BitWriter()
        writer.write(ReportKind.version, width: 4)
        writer.write(UInt64(kind.rawValue), width: 4)
        switch self {
        case .health(let health): health.write(to: &writer)
        case .settings(let settings, let reports): SettingsPage.write(settings, reports, to: &writer)
        case .layouts(let tags): for tag in tags { writer.write(UInt64(tag), width: 8) }
        case .limits(let limits, let meter):
            writer.write(UInt64(truncatingIfNeeded: meter), width: 4)
            for limit in AlarmLimit.allCases {
                writer.write(limit.field.code(for: limits[limit].map(Int64.init)), width: limit.field.width)
            }
        }
        return writer.bytes
    }

    private var kind: Kind {
        switch self {
        case .health: .health
        case .settings: .settings
        case .layouts: .layouts
        case .limits: .limits
        }
    }

    static func decode(_ bytes: [UInt8], meters: [String]) throws(DecodeError) -> [DecodedEntry] {
        var reader = try PayloadReader(bytes)
        try reader.version(of: "the status")
        let number = try reader.integer(4)
        guard let kind = Kind(rawValue: UInt8(number)) else { throw .unknownNumber(number, in: "status page") }
        var entries = [DecodedEntry("page", .text("\(kind)"))]
        switch kind {
        case .health: entries += try BridgeHealth.read(&reader, meters: meters)
        case .settings: entries += try SettingsPage.read(&reader)
        case .layouts:
            var tags: [String] = []
            while reader.bytesLeft > 0 { tags.append(String(try reader.integer(8))) }
            entries.append(DecodedEntry("layouts", .text(tags.joined(separator: ","))))
        case .limits:
            entries.append(DecodedEntry("meter", .text(try reader.meter(of: meters))))
            for limit in AlarmLimit.allCases { entries.append(try reader.value(limit.field)) }
        }
        try reader.finish()
        return entries
    }
}
