package import BridgeConfiguration
import ConfigurationText
package import ServerEvents
package import Timekeeping
import UplinkPayload

/// Bridges with one configuration.
package struct Fleet: Sendable {
    /// The file of the bridges' configuration, as it is written.
    package var name: String
    /// Their meters and layouts.
    package var layouts: LayoutConfiguration
    /// Its bridges; nil for all that there are.
    package var devices: Set<DeviceIdentifier>?
    /// After so long without a word of any of its bridges, something is wrong.
    package var silentAfter: TimeSpan
    /// Percent of the quarter-hours of seven days; below, something is wrong.
    package var completeness: Int
    /// Downlinks with requests that each of its bridges may get in 24 hours; 0 for none.
    package var dailyRequests: Int
}

/// All fleets, and whose a device is.
package struct Fleets: Sendable {
    package let all: [Fleet]
    private let owners: [DeviceIdentifier: Int]

    /// - Returns: nil when a mistake was told.
    init?(_ tables: [ConfigurationTable], root: ConfigurationTable, folder: String) {
        if tables.isEmpty, !root.holds("fleet") {
            root.refuse(nil, "there is no [[fleet]] with configuration = \"p1lora.toml\", the bridges' file")
        }
        var owners: [DeviceIdentifier: Int] = [:]
        var fleets: [Fleet] = []
        for (number, table) in tables.enumerated() {
            guard let fleet = Fleet(table, folder: folder, isAlone: tables.count == 1) else { continue }
            for device in (fleet.devices ?? []).sorted() {
                if let other = owners.updateValue(number, forKey: device) {
                    table.refuse("devices", "\(device) belongs to [[fleet]] \(other + 1) already")
                }
            }
            fleets.append(fleet)
        }
        guard !fleets.isEmpty, fleets.count == tables.count else { return nil }
        all = fleets
        self.owners = owners
    }

    /// Whose a device is; nil for one that nobody named.
    package func fleet(of device: DeviceIdentifier) -> Fleet? {
        if let number = owners[device] { return all[number] }
        return all.count == 1 && all[0].devices == nil ? all[0] : nil
    }
}

extension Fleet {
    /// - Returns: nil when a mistake was told.
    fileprivate init?(_ table: ConfigurationTable, folder: String, isAlone: Bool) {
        let file = table.required("configuration", "is missing: the bridges' configuration file")
        devices = Self.devices(table, isAlone: isAlone)
        silentAfter = table.span("silent_after") ?? .hours(24)
        completeness = table.integer("completeness", in: 0...100) ?? 95
        dailyRequests = table.integer("daily_requests", in: 0...100) ?? DownlinkShares.collector
        table.finish()
        guard let file else { return nil }
        let path = file.hasPrefix("/") ? file : "\(folder)/\(file)"
        do throws(ConfigurationError) {
            layouts = try LayoutConfiguration(contentsOfFile: path)
        } catch {
            table.refuse("configuration", "\(path): \(error)")
            return nil
        }
        name = file
    }

    private static func devices(_ table: ConfigurationTable, isAlone: Bool) -> Set<DeviceIdentifier>? {
        guard let texts = table.strings("devices") else {
            if !isAlone {
                table.missing("devices", "is missing: with several fleets, each names the DevEUIs of its bridges")
            }
            return nil
        }
        if texts.isEmpty { table.refuse("devices", "names nothing: leave it out for all devices") }
        let devices = texts.compactMap { text, line -> DeviceIdentifier? in
            if let device = DeviceIdentifier(hex: text) { return device }
            table.refuse("devices", line: line, "\"\(text.shortened)\" is no DevEUI of 16 hexadecimal digits")
            return nil
        }
        return Set(devices)
    }
}
