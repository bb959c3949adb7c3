import Glibc
import HardwareInterfaces
import HardwareSimulators
import LinuxHardware
import LoRaWAN
import RadioDrivers
import Testing
import Timekeeping

@Suite struct ModuleOnTerminalTests {
    @Test func `the driver joins and sends through a serial port of the kernel's`() throws {
        let bench = try ModuleBench(hasResetPin: false)
        let terminal = try ModuleOnTerminal(module: bench.module, world: bench.world)
        terminal.start()
        let port = try SerialPort(path: terminal.terminal.path, settings: .init(baudRate: 57_600))
        #expect(bench.radio.pollDescriptors.isEmpty)
        bench.radio.attach(port, at: bench.now)
        #expect(bench.radio.pollDescriptors == port.pollDescriptor.map { [$0] })
        var isSent = false
        // Virtual time runs a little ahead of the kernel's own work on the line, never by more than a command's patience.
        let end = bench.now + .minutes(5)
        while bench.now < end, bench.results.isEmpty {
            bench.run(for: .milliseconds(10))
            usleep(200)
            if bench.radio.isReady, !isSent {
                isSent = true
                try bench.radio.send(Uplink(port: 1, payload: [42]), at: bench.now)
            }
        }
        #expect(bench.results == [.sent] && terminal.trouble == nil)
        #expect(bench.server.uplinks.first?.payload == [42])
    }
}
