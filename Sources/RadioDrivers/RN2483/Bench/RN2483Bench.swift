import Ciphers
package import HardwareInterfaces
package import LoRaWAN
package import Timekeeping

/// Bench work with a module: what is set in it, a frame without its MAC, and what a channel has to say.
///
/// Its MAC is paused meanwhile and goes on afterwards, with its session: of what `radio set` changes the MAC sets all
/// again for each frame, but the watchdog, which is put back.
package struct RN2483Bench: ModuleBench {
    package let firmware: RN2483Firmware
    private var console: ModuleConsole

    /// How long a MAC that is at something is waited for: a join, or an uplink at SF12 with its windows.
    private static let patience = TimeSpan.seconds(40)
    /// What the firmware begins with, in milliseconds.
    private static let usualWatchdog: Int64 = 15_000
    /// A reception is begun anew so often: firmware before 1.0.5 can't be told to end one.
    private static let longestReception = TimeSpan.seconds(10)

    /// Wakes the module.
    /// - Parameter line: opened at 57 600 Bd.
    package init(line: any BreakableLine, clock: any Clock, waiter: any Waiting) throws {
        console = ModuleConsole(line: line, clock: clock, waiter: waiter)
        firmware = try console.wake()
    }

    /// dBm that `radio set pwr` takes.
    package var powers: ClosedRange<Int> { firmware.model == .rn2483 ? -3...15 : 2...20 }

    // MARK: What is set

    private static let questions =
        ["ver", "hweui", "vdd"].map { "sys get \($0)" }
        + [
            "deveui", "appeui", "devaddr", "status", "dr", "pwridx", "adr", "ar", "retx", "rxdelay1", "rxdelay2",
            "dcycleps",
            "mrgn", "gwnb", "sync", "upctr", "dnctr", "class",
        ].map { "mac get \($0)" }
        + ["mod", "freq", "pwr", "sf", "bw", "cr", "crc", "iqi", "prlen", "wdt", "snr", "rssi"].map {
            "radio get \($0)"
        }

    /// All that the module tells; no key is among it. Reading the status clears its marks of what the network has changed:
    /// the driver asks for all of that at its start.
    package mutating func settings(of region: Region) throws -> [ModuleSetting] {
        let band = region.name == "EU433" ? "433" : "868"
        let window = firmware.model == .rn2483 ? "mac get rx2 \(band)" : "mac get rx2"
        var settings = try (Self.questions + [window]).compactMap { try setting($0) }
        for channel in 0..<(firmware.model == .rn2483 ? 16 : 72) {
            guard let status = try setting("mac get ch status \(channel)"), status.value == "on" else { continue }
            for property in ["freq", "drrange", "dcycle"] {
                if let setting = try setting("mac get ch \(property) \(channel)") { settings.append(setting) }
            }
        }
        return settings
    }

    /// nil for what this firmware does not know.
    private mutating func setting(_ question: String) throws -> ModuleSetting? {
        guard let value = try console.ask(question) else { throw silence(question) }
        return value == "invalid_param" ? nil : ModuleSetting(name: question, value: value)
    }

    // MARK: The air

    /// Sends a frame without the MAC, and waits for its end.
    /// - Returns: how long that took.
    package mutating func transmit(_ transmission: Transmission) throws -> TimeSpan {
        guard case .lora(let modulation) = transmission.modulation else {
            throw RadioError("\(transmission.modulation) is not for a test")
        }
        return try whilePaused { bench in
            try bench.set([
                "mod lora", "freq \(transmission.frequency)", "pwr \(transmission.power)",
                "sf sf\(modulation.spreadingFactor)", "bw \(modulation.bandwidth.hertz / 1_000)", "cr 4/5", "prlen 8",
                "crc on", "iqi off", "sync 34", "wdt \(Self.usualWatchdog)",
            ])
            let began = bench.console.now
            try bench.begin("radio tx \(transmission.payload.hex)")
            let airTime = AirTime.of(bytes: transmission.payload.count, modulation: transmission.modulation)
            guard let end = try bench.console.answer(within: airTime + .seconds(5)) else {
                throw bench.silence("radio tx")
            }
            guard end == "radio_tx_ok" else { throw RadioError("\"radio tx\" ended with \"\(end.prefix(40))\"") }
            return bench.console.now - began
        }
    }

    /// Tells of each frame on a channel, until the time is over.
    /// - Parameter uplinks: devices are to be heard; else gateways.
    package mutating func receive(
        frequency: Int, modulation: Modulation.LoRa, uplinks: Bool, for span: TimeSpan, heard: (HeardFrame) -> Void
    ) throws {
        try whilePaused { bench in
            try bench.set([
                "mod lora", "freq \(frequency)", "sf sf\(modulation.spreadingFactor)",
                "bw \(modulation.bandwidth.hertz / 1_000)", "cr 4/5", "prlen 8", "crc \(uplinks ? "on" : "off")",
                "iqi \(uplinks ? "off" : "on")", "sync 34",
            ])
            let end = bench.console.now + span
            while end - bench.console.now >= .milliseconds(100) {
                let turn = min(end - bench.console.now, Self.longestReception)
                try bench.set(["wdt \(turn.milliseconds)"])
                try bench.begin("radio rx 0")
                guard let text = try bench.console.answer(within: turn + .seconds(5)) else {
                    throw bench.silence("radio rx")
                }
                // "radio_err": the watchdog, or a frame that was damaged.
                guard text != "radio_err" else { continue }
                let words = text.split(separator: " ")
                guard words.count == 2, words[0] == "radio_rx", let payload = [UInt8](hex: words[1]) else {
                    throw RadioError("\"radio rx\" ended with \"\(text.prefix(40))\"")
                }
                heard(
                    HeardFrame(
                        payload: payload, rssi: try bench.setting("radio get rssi").flatMap { Int($0.value) },
                        snr: try bench.setting("radio get snr").flatMap { Int($0.value) }))
            }
        }
    }

    // MARK: The MAC

    private mutating func whilePaused<Result>(_ work: (inout Self) throws -> Result) throws -> Result {
        try pause()
        do {
            let result = try work(&self)
            try resume()
            return result
        } catch {
            // What went wrong is more than that this did too.
            try? resume()
            throw error
        }
    }

    /// Not in the middle of an exchange: a pause then ends it, and nobody is told how.
    private mutating func pause() throws {
        let end = console.now + Self.patience
        while true {
            guard let text = try console.ask("mac pause") else { throw silence("mac pause") }
            // Milliseconds until the MAC needs the radio; idle, it is weeks.
            if let free = UInt32(text), free > 3_600_000 { return }
            guard UInt32(text) != nil || text == "busy" else { throw refusal("mac pause", text) }
            _ = try console.ask("mac resume")
            guard console.now < end else {
                throw RadioError(
                    "the module's MAC has been busy for \(Self.patience): pull its RESET, or switch it off and on")
            }
            try console.pass(.seconds(1))
        }
    }

    private mutating func resume() throws {
        try set(["wdt \(Self.usualWatchdog)"])
        guard let text = try console.ask("mac resume") else { throw silence("mac resume") }
        guard text == "ok" else { throw refusal("mac resume", text) }
    }

    private mutating func set(_ settings: [String]) throws {
        for setting in settings {
            let command = "radio set \(setting)"
            guard let text = try console.ask(command) else { throw silence(command) }
            guard text == "ok" else { throw refusal(command, text) }
        }
    }

    /// Whoever was at the bench before may have left a reception: its watchdog ends it.
    private mutating func begin(_ command: String) throws {
        let end = console.now + .milliseconds(Self.usualWatchdog) + .seconds(1)
        while true {
            guard let text = try console.ask(command) else { throw silence(command) }
            if text == "ok" { return }
            guard text == "busy", console.now < end else { throw refusal(command, text) }
            try console.pass(.seconds(1))
        }
    }

    private func silence(_ command: String) -> RadioError {
        RadioError(
            "the module does not answer \"\(name(command))\" any more: has it power, and is the adapter plugged in?")
    }

    private func refusal(_ command: String, _ answer: String) -> RadioError {
        RadioError("\"\(name(command))\" was answered with \"\(answer.prefix(40))\"")
    }

    private func name(_ command: String) -> String { command.split(separator: " ").prefix(4).joined(separator: " ") }
}
