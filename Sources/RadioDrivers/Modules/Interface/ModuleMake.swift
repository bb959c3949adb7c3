package import HardwareInterfaces
package import LoRaWAN
package import Timekeeping

/// A make of module with a MAC of its own on a serial line: what is known of it without asking it, and who drives it.
package protocol ModuleMake: Sendable {
    /// "rn2483": what `type` in [radio] is set to.
    static var typeName: String { get }
    /// "RN2483 or RN2903", for messages.
    static var title: String { get }
    /// Bits a second.
    static var baudRate: Int { get }
    /// ``Region/name`` of those that it can do.
    static var regions: [String] { get }
    /// dBm that it can put out.
    static var conductedPower: ClosedRange<Int> { get }
    /// A session that is written down (ABP) can be given to it.
    static var takesGivenSessions: Bool { get }
    /// The version of its MAC: a server has to know it.
    static var version: ModuleMACVersion { get }
    /// What its MAC makes impossible, for people.
    static var limits: String { get }

    static func makeMachine(_ parts: ModuleParts) throws(DeviceError) -> any ModuleMachine
    /// - Parameter line: opened at ``baudRate``.
    static func makeProbe(line: any BreakableLine, clock: any Clock, waiter: any Waiting) -> any ModuleProbe
    /// Takes the module for bench work.
    static func makeBench(line: any BreakableLine, clock: any Clock, waiter: any Waiting) throws -> any ModuleBench
}

/// Versions of LoRaWAN that modules have.
package enum ModuleMACVersion: Hashable, Sendable {
    /// 1.0.2, with regional parameters 1.0.2 revision B.
    case v102
    /// 1.0.3, with regional parameters 1.0.3 revision A.
    case v103
}

/// What a driver is made of.
package struct ModuleParts {
    package let configuration: DeviceConfiguration
    /// What was kept last; one of another device or another key is passed over.
    package let record: ModuleRecord?
    /// A short uplink, unconfirmed, that means nothing: sent where only the number of its repetitions matters.
    package let probe: Uplink
    package let hasResetPin: Bool
    package let random: any RandomSource

    package init(
        configuration: DeviceConfiguration, record: ModuleRecord?, probe: Uplink, hasResetPin: Bool,
        random: any RandomSource
    ) {
        self.configuration = configuration
        self.record = record
        self.probe = probe
        self.hasResetPin = hasResetPin
        self.random = random
    }
}

/// Asks a module what it is, and changes nothing in it.
package protocol ModuleProbe {
    mutating func ask() throws -> ModulePortrait
    /// Whether a pulse on RESET makes it begin anew; nil where that is not tried, for it would cost the session.
    mutating func obeys(_ reset: any OutputPin) throws -> Bool?
}

/// What a module says of itself.
package struct ModulePortrait: Hashable, Sendable {
    /// Model and firmware.
    package let name: String
    /// 16 hexadecimal digits, which serve as a DevEUI; nil when it does not tell.
    package var identity: String?
    /// Millivolts; nil when it does not tell.
    package var supply: Int?
    /// What it is set to that is not as it should be, and what becomes of it.
    package var oddities: [String] = []
}

/// What a module has set.
package struct ModuleSetting: Hashable, Sendable {
    /// The question: "mac get dr".
    package let name: String
    package let value: String

    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// A frame that was heard on a bench.
package struct HeardFrame: Hashable, Sendable {
    package let payload: [UInt8]
    /// dBm; nil where the firmware does not tell.
    package let rssi: Int?
    /// dB.
    package let snr: Int?
}

/// Bench work with a module: what is set in it, and where its MAC can be set aside, a frame without it and what a channel has
/// to say.
package protocol ModuleBench {
    /// dBm that a frame can be sent with.
    var powers: ClosedRange<Int> { get }
    /// All that the module tells; no key is among it.
    mutating func settings(of region: Region) throws -> [ModuleSetting]
    /// Sends a frame without the MAC, and waits for its end.
    /// - Returns: how long it took.
    mutating func transmit(_ transmission: Transmission) throws -> TimeSpan
    /// Tells of each frame on a channel, until the time is over.
    /// - Parameter uplinks: devices are to be heard; else gateways.
    mutating func receive(
        frequency: Int, modulation: Modulation.LoRa, uplinks: Bool, for span: TimeSpan, heard: (HeardFrame) -> Void
    ) throws
}
