import HardwareInterfaces
import HardwareSimulators
import Timekeeping

/// A USB serial adapter with something at its other end, plugged in and out.
final class AdapterOnUSB {
    enum Peer: Hashable {
        /// A smarty: encrypted, 115 200 8N1.
        case smarty
        /// An old Dutch meter: 9600 7E1.
        case dsmr22
        case module
    }

    private(set) var helper: HelperProgram?
    private let program: String
    private let world: SimulatedWorld
    private let meter: SimulatedMeter
    private let module: RN2483Simulator
    private var peer = Peer.smarty
    /// How the computer has set the line.
    private var setting = ""
    /// What was started before this plugging is over.
    private var plugging = 0
    /// The adapter is pulled after so many bytes of the next telegram.
    private var cut: Int?

    /// From one telegram to the next.
    private static let interval = TimeSpan.seconds(3)
    /// What a USB packet carries.
    private static let portion = 62

    init(program: String, world: SimulatedWorld, meter: SimulatedMeter, module: RN2483Simulator) {
        self.program = program
        self.world = world
        self.meter = meter
        self.module = module
    }

    func plugIn(_ peer: Peer) throws {
        unplug()
        self.peer = peer
        helper = try HelperProgram(program, [])
        BenchLog.line("plugged in")
        if peer == .module { carryFromModule(plugging) } else { sendTelegram(plugging) }
    }

    func unplug() {
        plugging += 1
        setting = ""
        cut = nil
        guard let helper else { return }
        helper.end()
        self.helper = nil
        BenchLog.line("unplugged")
    }

    func cut(after count: Int) { cut = count }

    func take(_ request: HelperProgram.Request) {
        switch request.kind {
        case "S":
            setting = String(decoding: request.bytes, as: UTF8.self)
            BenchLog.line("line set to \(setting)")
        case "B":
            let isOn = request.bytes.first == 1
            BenchLog.line("break \(isOn ? "begins" : "ends")")
            if peer == .module { module.setBreak(isOn) }
        case "T" where peer == .module: try? module.write(request.bytes)
        default: break
        }
    }

    private func carryFromModule(_ plugging: Int) {
        guard plugging == self.plugging else { return }
        var said: [UInt8] = []
        _ = module.read(into: &said, limit: Self.portion)
        if !said.isEmpty { helper?.send(said) }
        world.schedule(after: .milliseconds(5)) { [self] in carryFromModule(plugging) }
    }

    private func sendTelegram(_ plugging: Int) {
        guard plugging == self.plugging else { return }
        let time = world.clock.utc
        let bytes: [UInt8]
        if peer == .smarty {
            bytes = meter.transmission(at: time)
        } else {
            meter.advance(to: time)
            bytes = MeterDialect.dsmr22.bytes(meter.registers, at: time)
        }
        send(bytes[...], plugging)
        world.schedule(after: Self.interval) { [self] in sendTelegram(plugging) }
    }

    private func send(_ bytes: ArraySlice<UInt8>, _ plugging: Int) {
        guard plugging == self.plugging, let helper, !bytes.isEmpty else { return }
        var portion = bytes.prefix(Self.portion)
        if let cut {
            portion = portion.prefix(cut)
            self.cut = cut - portion.count
        }
        helper.send(portion.map(onLine))
        guard cut != 0 else {
            // What has been sent is to arrive first.
            world.schedule(after: .milliseconds(100)) { [self] in unplug() }
            return
        }
        let baud: Int64 = peer == .smarty ? 115_200 : 9_600
        let span = TimeSpan.nanoseconds(Int64(portion.count) * 10 * 1_000_000_000 / baud)
        world.schedule(after: span) { [self] in send(bytes.dropFirst(portion.count), plugging) }
    }

    /// What the adapter makes of a character, set as it is.
    private func onLine(_ byte: UInt8) -> UInt8 {
        switch (peer, setting) {
        case (.smarty, "115200 8N1"), (.dsmr22, "9600 7E1"): byte
        // The parity bit is taken for the eighth.
        case (.dsmr22, "9600 8N1"): byte | UInt8(byte.nonzeroBitCount & 1) << 7
        default: byte &* 0x5B ^ 0xA5
        }
    }
}
