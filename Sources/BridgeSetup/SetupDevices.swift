package import HardwareInterfaces
package import LinuxHardware
package import UplinkBridge

/// The world as a set-up finds it: this machine's, or a simulated one.
package struct SetupDevices {
    /// What a doctor looks at, with the clock and what waits.
    package var examined: ExaminedDevices
    package var ports: () -> [DeviceList.Port]
    package var spiDevices: () -> [String]
    /// The programs that have a device open.
    package var holders: (String) -> [String]
    /// A line of which nobody knows what is at its other end: nothing is written to it.
    package var listen: (String, SerialSettings) throws(HardwareError) -> any SerialLine
    package var openBus: (String) throws(HardwareError) -> any SPIBus
    package var service: any ServiceControl

    package init(
        examined: ExaminedDevices, ports: @escaping () -> [DeviceList.Port], spiDevices: @escaping () -> [String],
        holders: @escaping (String) -> [String],
        listen: @escaping (String, SerialSettings) throws(HardwareError) -> any SerialLine,
        openBus: @escaping (String) throws(HardwareError) -> any SPIBus, service: any ServiceControl
    ) {
        self.examined = examined
        self.ports = ports
        self.spiDevices = spiDevices
        self.holders = holders
        self.listen = listen
        self.openBus = openBus
        self.service = service
    }

    /// Those of this machine.
    /// - Parameter ports: the only ones that are listened to; all when it is empty.
    package static func ofThisMachine(
        ports: [String], service: any ServiceControl
    ) throws(HardwareError) -> SetupDevices {
        let list = DeviceList()
        return SetupDevices(
            examined: try .ofThisMachine(),
            ports: {
                ports.isEmpty ? list.serialPorts() : ports.map { .init(path: $0, node: $0) }
            },
            spiDevices: list.spiDevices, holders: list.holders(of:),
            listen: { path, settings throws(HardwareError) in
                guard path.hasPrefix("/dev/") else { return try MeterLine.open(path, settings: settings) }
                return try SerialPort(path: path, settings: settings, use: .listening)
            },
            openBus: { path throws(HardwareError) in try SPIDevice(path: path, speed: 1_000_000) }, service: service)
    }
}

/// Whoever runs the service: systemd, or nobody.
package protocol ServiceControl {
    /// Whether there is a manager that has the service.
    var isManaged: Bool { get }
    var isRunning: Bool { get }
    func stop() throws(SetupStop)
    /// From now on and at each start of the machine.
    func start() throws(SetupStop)
    /// Lets the service ask the network how well it hears the device.
    func orderLinkCheck(socket: String)
    /// How it is; nil while it does not answer.
    func status(socket: String) -> BridgeStatus?
}
