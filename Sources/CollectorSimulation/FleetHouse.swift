import BridgeConfiguration
import BridgeSimulation
package import ServerEvents
import Timekeeping

/// A house with a bridge, as the demonstration has twenty of them.
package struct FleetHouse: Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case solar
        /// A gas meter beside it, counted by its pulses.
        case gas
        /// A second electricity meter, counted by its pulses.
        case twoMeters = "two meters"
        /// Another meter takes the place of the first.
        case replaced = "replaced meter"

        /// The file of the bridges' configuration.
        package var file: String {
            switch self {
            case .solar, .replaced: "solar.toml"
            case .gas: "gas.toml"
            case .twoMeters: "two-meters.toml"
            }
        }
    }

    package let number: Int
    package let kind: Kind
    package let server: ServerKind
    package let spreadingFactor: Int

    /// - Parameter spreadingFactors: the houses have them by turns.
    package init(_ number: Int, spreadingFactors: [Int]) {
        self.number = number
        kind = Kind.allCases[number % 4]
        server = ServerKind.allCases[number / 4 % 2]
        spreadingFactor =
            spreadingFactors.isEmpty ? 7 : spreadingFactors[number % spreadingFactors.count]
    }

    package var device: DeviceIdentifier { DeviceIdentifier(rawValue: 0x70B3_D57E_D000_1000 + UInt64(number)) }

    package var address: DeviceAddress {
        DeviceAddress(
            server: server,
            application: server == .chirpStack ? "5a2c6d0e-4f0b-4d6a-9a4e-0123456789ab" : "meters@ttn",
            name: "house-\(number + 1)")
    }

    /// Of a region with one data rate for each spreading factor, the slowest 0.
    var dataRate: UInt8 { UInt8(clamping: 12 - spreadingFactor) }

    /// What a collector is given: meters and reports.
    package var layouts: String {
        switch kind {
        case .solar, .replaced: Self.main + Self.report(["1-0:1.8.0", "1-0:2.8.0"], of: "main")
        case .gas:
            Self.main + Self.pulse("gas", unit: "m3", code: "7-0:3.0.0", perUnit: 100)
                + Self.report(["1-0:1.8.0", "1-0:2.8.0"], of: "main") + Self.report(["7-0:3.0.0"], of: "gas")
        case .twoMeters:
            Self.main + Self.pulse("heat pump", unit: "kWh", code: "1-0:1.8.0", perUnit: 800)
                + Self.report(["1-0:1.8.0", "1-0:2.8.0"], of: "main") + Self.report(["1-0:1.8.0"], of: "heat pump")
        }
    }

    /// What the bridge has beside it.
    func configuration() throws -> BridgeConfiguration {
        try BridgeConfiguration(
            text: layouts + """

                [lorawan]
                region = "EU868"
                network = "ttn"
                join_eui = "0000000000000001"
                dev_eui = "\(device)"
                app_key = "00112233445566778899AABBCCDDEE\(Self.hex(number))"
                [radio]
                type = "simulated"
                [planner]
                collector = true
                """)
    }

    private static func hex(_ number: Int) -> String {
        let digits = String(number % 256, radix: 16)
        return digits.count < 2 ? "0" + digits : digits
    }

    private static let main = """
        [[meter]]
        name = "main"
        input = "simulated"
        silent_after = "15m"

        """

    private static func pulse(_ name: String, unit: String, code: String, perUnit: Int) -> String {
        """
        [[pulse]]
        name = "\(name)"
        line = "simulated"
        unit = "\(unit)"
        obis = "\(code)"
        per_unit = \(perUnit)
        start = 412.5

        """
    }

    private static func report(_ fields: [String], of meter: String) -> String {
        """
        [[report]]
        kind = "intervals"
        fields = [\(fields.map { "\"\($0)\"" }.joined(separator: ", "))]
        meters = ["\(meter)"]

        """
    }
}
