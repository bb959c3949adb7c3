import Timekeeping

/// What a meter on an M-Bus channel counts, by the device type that it tells (EN 13757-3, table 6).
public enum Medium: Hashable, Sendable, CaseIterable {
    /// What meters at an M-Bus, and pulse inputs, count beside electricity.
    case gas, water, hotWater, heat, cold

    init?(deviceType: Int64) {
        switch deviceType {
        case 3: self = .gas
        case 7, 22: self = .water
        case 6, 21: self = .hotWater
        case 4, 12, 13: self = .heat
        case 10, 11: self = .cold
        default: return nil
        }
    }

    /// Its register whatever the channel: 7-0:3.0.0 of gas, 8-0:1.0.0 of water, 9-0:1.0.0 of hot water, 6-0:1.0.0 of heat
    /// and 5-0:1.0.0 of cold (IEC 62056-61, media 5 to 9).
    /// - Parameter place: 0 for the first meter of this medium.
    public func code(place: UInt8 = 0) -> OBISCode {
        switch self {
        case .gas: OBISCode(7, place, 3, 0, 0)
        case .water: OBISCode(8, place, 1, 0, 0)
        case .hotWater: OBISCode(9, place, 1, 0, 0)
        case .heat: OBISCode(6, place, 1, 0, 0)
        case .cold: OBISCode(5, place, 1, 0, 0)
        }
    }
}

extension Reading {
    /// A channel whose meter has not been heard for so long is one that was taken away.
    private static let longestSilence = TimeSpan.hours(48)

    /// The medium of an M-Bus channel and its place among those of the same medium; nil where the meter does not tell.
    public func medium(ofChannel channel: UInt8) -> (medium: Medium, place: UInt8)? {
        guard let medium = told(channel), let place = channels(of: medium).firstIndex(of: channel) else { return nil }
        return (medium, UInt8(place))
    }

    /// The register that an M-Bus channel counts in; Belgian gas meters have one that is not corrected (24.2.3).
    func register(ofChannel channel: UInt8) -> OBISCode? {
        (1...UInt8(9)).lazy.map { OBISCode(0, channel, 24, 2, $0) }.first { self.quantities[$0] != nil }
    }

    /// Gas as 7-0:3.0.0 and so on, whatever the channel: that follows the order of installation.
    mutating func addMedia() {
        for medium in Medium.allCases {
            for (place, channel) in channels(of: medium).enumerated() {
                guard let code = register(ofChannel: channel) else { continue }
                let named = medium.code(place: UInt8(place))
                guard quantities[named] == nil else { continue }
                quantities[named] = quantities[code]
                ownTimes[named] = ownTimes[code]
            }
        }
    }

    private func told(_ channel: UInt8) -> Medium? {
        quantities[OBISCode(0, channel, 24, 1, 0)].flatMap { Medium(deviceType: $0.coefficient) }
    }

    /// By their numbers, those that are heard before those that are not.
    private func channels(of medium: Medium) -> [UInt8] {
        let all = (1...UInt8(8)).filter { told($0) == medium && register(ofChannel: $0) != nil }
        return all.filter(isHeard) + all.filter { !isHeard($0) }
    }

    private func isHeard(_ channel: UInt8) -> Bool {
        guard let code = register(ofChannel: channel), quantities[code]?.unit != MeterUnit.none else { return false }
        guard let heard = ownTimes[code] else { return false }
        return heard > time - Self.longestSilence
    }
}
