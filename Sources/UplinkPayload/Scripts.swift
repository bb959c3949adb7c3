/// JavaScript and HTML that are files of their own, in `Scripts/`; here are those that several use.
enum Scripts {
    static let reader = text(PackageResources.reader_js)
    static let commands = text(PackageResources.commands_js)
    static let encoder = text(PackageResources.encoder_js)
    static let entryPoints = text(PackageResources.entry_points_js)
    static let keysByMeter = text(PackageResources.keys_by_meter_js)

    static func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}
