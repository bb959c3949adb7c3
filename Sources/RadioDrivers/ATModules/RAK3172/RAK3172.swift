import LoRaWAN

/// RAK's RAK3172 and RAK3272, with RUI3.
package enum RAK3172: ATMake {
    package static let typeName = "rak3172"
    package static let title = "RAK3172 or RAK3272"
    package static let baudRate = 115_200
    /// Where no listen-before-talk is needed: whether the firmware does it nobody can see.
    package static let regions = ["EU868", "EU433", "IN865", "RU864", "US915", "AU915"]
    package static let conductedPower = -2...20
    package static let takesGivenSessions = false
    package static let version = ModuleMACVersion.v103
    package static let limits =
        "its MAC is used in class A alone, listens to no channel before it sends, counts its own repetitions (the first "
        + "frames behind an order to repeat more often cost beyond daily_airtime), tells nothing of the network's orders to "
        + "itself, and loses the session with its power"

    static var dialect: any ATDialect { RAK3172Dialect() }
    static func weakest(in region: Region) -> Int {
        (region.maximumPower - 215) / 100 - 2 * Int(region.lastPowerIndex)
    }
}
