import CGPIO
import Foundation
import Glibc
import HardwareInterfaces
import HardwareSimulators
import LinuxHardware
import Testing
import Timekeeping

@Suite struct LinesTests {
    @Test func `the header has one name, in the configuration and where the chip is opened`() {
        #expect(GPIOAddress.header == P1LORA_GPIO_HEADER)
    }

    @Test(arguments: [
        ("localhost:1700", "localhost", 1_700), ("[::1]:7000", "::1", 7_000), ("10.0.0.1:65535", "10.0.0.1", 65_535),
    ])
    func `a peer is host and port`(text: String, host: String, port: Int) {
        let peer = NetworkPeer(text)
        #expect(peer?.host == host)
        #expect(peer.map { Int($0.port) } == port)
    }

    @Test(arguments: ["localhost", "localhost:", ":1700", "localhost:0", "localhost:65536", "localhost:x", ""])
    func `what is no peer is nil`(text: String) {
        #expect(NetworkPeer(text) == nil)
    }

    @Test func `a file is read to its end and says so`() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "p1lora-\(UUID().uuidString)")
        try Data((0..<10_000).map { UInt8(truncatingIfNeeded: $0) }).write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        let line = try MeterLine.open(url.path)
        #expect(line.pollDescriptor == nil)
        var bytes: [UInt8] = []
        while case .bytes = try line.read(into: &bytes, limit: 999) {}
        #expect(bytes == (0..<10_000).map { UInt8(truncatingIfNeeded: $0) })
        #expect(throws: HardwareError.self) { try line.write([1]) }
    }

    @Test(arguments: SerialFraming.allCases)
    func `the parity of an old meter's characters is checked, for nothing else tells damage`(framing: SerialFraming)
        throws
    {
        let terminal = try PseudoTerminal()
        let port = try SerialPort(
            path: terminal.path, settings: .init(baudRate: 9_600, framing: framing))
        let other = open(terminal.path, O_RDWR | O_NOCTTY)
        defer { close(other) }
        var attributes = termios()
        #expect(tcgetattr(other, &attributes) == 0)
        #expect((attributes.c_iflag & tcflag_t(INPCK) != 0) == (framing != .eightNoneOne))
        // A bad character is read as NUL, which no number holds; it is neither passed over nor marked.
        #expect(attributes.c_iflag & tcflag_t(IGNPAR | PARMRK) == 0)
        withExtendedLifetime(port) {}
    }

    @Test func `a peer that does not answer keeps nobody waiting`() throws {
        // A listener whose queue is full answers no further request.
        let listener = try FullListener()
        let before = Date()
        let line = try MeterLine.open("tcp://127.0.0.1:\(listener.port)")
        var bytes: [UInt8] = []
        #expect(try line.read(into: &bytes, limit: 1) == .opening)
        #expect(line.pollDescriptor != nil)
        #expect(Date().timeIntervalSince(before) < 1)
    }

    @Test func `what can't be opened says why`() {
        func reason(_ input: String) -> HardwareError.Reason? {
            do {
                let line = try MeterLine.open(input)
                var bytes: [UInt8] = []
                while try line.read(into: &bytes, limit: 1) == .opening { Pause.sleep(.milliseconds(5)) }
                return nil
            } catch {
                return error.reason
            }
        }
        #expect(reason("/dev/no-such-line") == .notFound)
        #expect(reason("http://example.org:80") == .notFound)
        #expect(reason("/dev/null") == .failed(errno: ENOTTY))
        #expect(reason("/tmp") == .failed(errno: EISDIR))
        #expect(reason("tcp://127.0.0.1:1") == .failed(errno: ECONNREFUSED))
        #expect(reason("tcp://no-such-host.invalid:1") == .notFound)
    }
}
