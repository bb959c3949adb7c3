import ConfigurationText
import LoRaWAN
import UplinkPayload

/// The [codec] table.
struct CodecSection {
    /// Layouts of configurations that were in use before, which decoders go on to know.
    let older: [LayoutConfiguration]
    let keys: FlatKeys
    private let table: ConfigurationTable
    private let lowest: Int?

    /// - Parameters:
    ///   - folder: where older files with relative names are.
    ///   - newer: the files that name this one as older, and those that name them.
    init(_ table: ConfigurationTable, folder: String, newer: [String]) {
        self.table = table
        older = Self.older(table, folder: folder, newer: newer)
        keys = table.choice("keys", FlatKeys.self) ?? .plain
        _ = table.string("region")
        _ = table.string("class")
        lowest = table.integer("lowest_data_rate", in: 0...15)
        table.finish()
    }

    /// What stands in both tables has to be the same.
    func check(against lorawan: LoRaWANConfiguration) {
        let name = lorawan.deviceClass == .c ? "C" : "A"
        for (key, value) in [("region", lorawan.region.name), ("class", name)] {
            guard let here = table.string(key), here != value else { continue }
            table.refuse(key, "is \"\(here.shortened)\" here and \"\(value)\" in [lorawan]: leave it out here")
        }
        guard let lowest, lowest != Int(lorawan.lowestDataRate.index) else { return }
        table.refuse(
            "lowest_data_rate",
            "is \(lowest) here and \(lorawan.lowestDataRate.index) in [lorawan]: leave it out here")
    }

    private static func older(_ table: ConfigurationTable, folder: String, newer: [String]) -> [LayoutConfiguration] {
        (table.strings("older") ?? []).compactMap { file, line in
            let path = file.hasPrefix("/") ? file : "\(folder)/\(file)"
            guard newer.count < 20, !newer.contains(path) else {
                table.refuse("older", line: line, "\(path) names itself, or one that names it")
                return nil
            }
            do throws(ConfigurationError) {
                return try LayoutConfiguration(contentsOfFile: path, newer: newer + [path])
            } catch {
                table.refuse("older", line: line, "\(path): \(error)")
                return nil
            }
        }
    }
}
