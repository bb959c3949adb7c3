package import Collector
import FoundationEssentials

/// The files that a person would write for the demonstration's fleet.
package enum FleetFiles {
    /// - Returns: the collector's configuration, which is in `collector.toml` of the folder.
    package static func write(_ houses: [FleetHouse], in folder: String) throws -> CollectorConfiguration {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var text = "[store]\npath = \"profile.db\"\n"
        for (file, houses) in Dictionary(grouping: houses, by: \.kind.file).sorted(by: { $0.key < $1.key }) {
            let layouts = (houses.first?.layouts ?? "") + "[codec]\nregion = \"EU868\"\n"
            try layouts.write(toFile: "\(folder)/\(file)", atomically: true, encoding: .utf8)
            let devices = houses.map { "\"\($0.device)\"" }.joined(separator: ", ")
            text += "[[fleet]]\nconfiguration = \"\(file)\"\ndevices = [\(devices)]\n"
        }
        try text.write(toFile: "\(folder)/collector.toml", atomically: true, encoding: .utf8)
        return try CollectorConfiguration(contentsOfFile: "\(folder)/collector.toml")
    }
}
