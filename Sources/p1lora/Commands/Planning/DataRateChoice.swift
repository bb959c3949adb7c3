import ArgumentParser
import BridgeConfiguration
import LoRaWAN

/// `--data-rate` of a simulation.
enum DataRateChoice: Hashable, ExpressibleByArgument {
    case auto
    case fixed(UInt8)

    static let help = ArgumentHelp(
        "auto lets the network choose (ADR); the number of one of the region's is fixed, in EU868 0 (SF12) to 5 (SF7).",
        valueName: "auto|N")

    init?(argument: String) {
        if argument == "auto" {
            self = .auto
        } else if let index = UInt8(argument) {
            self = .fixed(index)
        } else {
            return nil
        }
    }

    /// nil when the network chooses.
    /// - Throws: where uplinks can't have it in the region, with the dwell time that holds after a join.
    func index(in region: Region) throws -> UInt8? {
        guard case .fixed(let index) = self else { return nil }
        let usable = Self.indices(in: region)
        guard usable.contains(index) else {
            let known = usable.map(String.init).joined(separator: ", ")
            throw wrongUsage("--data-rate: \(index) is no data rate of uplinks in \(region.name), there are \(known)")
        }
        return index
    }

    /// Those that uplinks can have in a region, slowest first.
    static func indices(in region: Region) -> [UInt8] {
        let dwells = region.txParameters?.uplinkDwell ?? false
        return region.uplinkDataRates.filter { region.maximumPayload(at: $0, dwell: dwells) > 0 }.map(\.index)
    }
}
