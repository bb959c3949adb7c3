import Foundation
import HardwareSimulators
import Timekeeping

extension TemporaryFolder {
    /// A configuration of a meter in a file, with `state.db` beside it.
    ///
    /// - Parameters:
    ///   - lorawan: further lines of `[lorawan]`.
    ///   - radio: the lines of `[radio]`.
    ///   - every: of its only report; nil leaves it to the planner.
    ///   - extra: further tables.
    /// - Returns: its path.
    func configuration(
        lorawan: String = #"daily_airtime = "off""#, radio: String, every: String? = "10s", extra: String = ""
    ) throws -> String {
        var registers = MeterRegisters()
        registers.energyImport = 4_711
        let telegram = try write(
            LuxembourgTelegram().bytes(registers, at: UTCInstant(secondsSince1970: 1_781_827_200)), to: "telegram.txt")
        let text = """
            [[meter]]
            input = "\(telegram)"
            [lorawan]
            join_eui = "0000000000000001"
            dev_eui = "70B3D57ED0001234"
            app_key = "0F1E2D3C4B5A69788796A5B4C3D2E1F0"
            \(lorawan)
            [radio]
            \(radio)
            [[report]]
            \(every.map { "every = \"\($0)\"" } ?? "")
            fields = ["1-0:1.8.0"]
            [state]
            path = "\(url.appending(path: "state.db").path)"

            """
        return try write((text + extra).utf8, to: "config.toml")
    }
}
