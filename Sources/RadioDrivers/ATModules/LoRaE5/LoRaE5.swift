import LoRaWAN

/// Seeed's LoRa-E5 (Wio-E5), as a module and on the Grove, mini and HAT boards.
package enum LoRaE5: ATMake {
    package static let typeName = "lora-e5"
    package static let title = "LoRa-E5"
    package static let baudRate = 9_600
    /// Where no listen-before-talk is needed: whether the firmware does it nobody can see.
    package static let regions = ["EU868", "EU433", "IN865", "RU864", "US915", "AU915"]
    package static let conductedPower = 2...20
    package static let takesGivenSessions = false
    package static let version = ModuleMACVersion.v103
    package static let limits =
        "its MAC is used in class A alone, listens to no channel before it sends, counts its own repetitions (the first "
        + "frames behind an order to repeat more often cost beyond daily_airtime), and loses the session with its power"

    static var dialect: any ATDialect { LoRaE5Dialect() }
    static func weakest(in region: Region) -> Int { conductedPower.lowerBound }
}
