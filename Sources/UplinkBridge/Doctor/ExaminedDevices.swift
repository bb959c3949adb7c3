package import BridgeConfiguration
package import BridgeStore
package import HardwareInterfaces
import LinuxHardware
package import RadioDrivers
import Timekeeping

/// The world as an ``Examination`` finds it: this machine's, or a simulated one.
package struct ExaminedDevices {
    package var clock: any Clock
    package var waiter: any Waiting
    package var openLine: (MeterConfiguration) throws(HardwareError) -> any SerialLine
    package var openPulses: (PulseConfiguration) throws(HardwareError) -> any EdgePin
    package var openRadio: (any ChipKind) throws(HardwareError) -> any BenchRadio
    /// A serial line to a module, and its RESET where that is wired.
    package var openModule: (any ModuleKind) throws(HardwareError) -> (any BreakableLine, (any OutputPin)?)
    /// The virtual gateway of a configuration; nil where another radio is configured.
    package var openGateway: (BridgeConfiguration) throws -> UDPGatewayRadio?
    /// The radio, the MAC and the store, joined.
    package var openLink: (BridgeConfiguration, StateStore, @escaping (LinkEvent) -> Void) throws -> any NetworkLink
    /// Free bytes of the disk with this folder; nil when nobody knows.
    package var freeSpace: (String) -> Int?

    package init(
        clock: any Clock, waiter: any Waiting,
        openLine: @escaping (MeterConfiguration) throws(HardwareError) -> any SerialLine,
        openPulses: @escaping (PulseConfiguration) throws(HardwareError) -> any EdgePin,
        openRadio: @escaping (any ChipKind) throws(HardwareError) -> any BenchRadio,
        openModule: @escaping (any ModuleKind) throws(HardwareError) -> (any BreakableLine, (any OutputPin)?),
        openGateway: @escaping (BridgeConfiguration) throws -> UDPGatewayRadio?,
        openLink:
            @escaping (BridgeConfiguration, StateStore, @escaping (LinkEvent) -> Void) throws -> any NetworkLink,
        freeSpace: @escaping (String) -> Int?
    ) {
        self.clock = clock
        self.waiter = waiter
        self.openLine = openLine
        self.openPulses = openPulses
        self.openRadio = openRadio
        self.openModule = openModule
        self.openGateway = openGateway
        self.openLink = openLink
        self.freeSpace = freeSpace
    }

    /// Those of this machine.
    package static func ofThisMachine() throws(HardwareError) -> ExaminedDevices {
        let clock = LinuxClock()
        return ExaminedDevices(
            clock: clock, waiter: try PollWaiter(clock: clock),
            openLine: { meter throws(HardwareError) in try meter.openLine() },
            openPulses: { pulse throws(HardwareError) in try pulse.openPin(clock) },
            openRadio: { kind throws(HardwareError) in
                try kind.open(lateness: WindowLateness(), syncWord: .publicNetwork)
            },
            openModule: { module throws(HardwareError) in
                let reset = try module.openReset()
                return (try module.openLine(), reset)
            },
            openGateway: { configuration in
                guard case .gateway(let gateway) = try configuration.radio.family() else { return nil }
                return try gateway.open(region: configuration.lorawan.region, clock: clock)
            },
            openLink: { configuration, store, report in
                try RadioFactory.makeLink(
                    configuration, store: store, clock: NetworkClock(clock), systemClock: clock, report: report)
            },
            freeSpace: DiskSpace.free(at:))
    }
}
