package import LoRaWAN
import RadioDrivers

/// type = "simulated": the chip, the air and the network server of the simulation; nothing is sent.
package struct SimulatedRadioKind: RadioKind {
    package var medium: String { "simulated" }
    package static let name = "simulated"
    /// The names of the regions that networks are simulated in.
    package static let regions = ["EU868", "IN865", "KR920", "AS923", "US915", "AU915"]

    package init() {}

    package init?(_ table: ConfigurationTable) {}

    package func check(_ neighbours: RadioNeighbours) {
        let region = neighbours.lorawan.region
        guard !Self.regions.contains(region.name) else { return }
        neighbours.lorawanTable.refuse("region", Self.cannotDo(region))
    }

    package var isTimeCritical: Bool { false }
    package var conductedPower: ClosedRange<Int> { SX127x.PowerOutput.boost.range }

    /// For a person whose region is none of ``regions``.
    package static func cannotDo(_ region: Region) -> String {
        "no network is simulated in \(region.name), but in \(regions.joined(separator: ", "))"
    }
}

extension RadioKind where Self == SimulatedRadioKind {
    package static var simulated: SimulatedRadioKind { SimulatedRadioKind() }
}
