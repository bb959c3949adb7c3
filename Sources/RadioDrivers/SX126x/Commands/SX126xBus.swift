import HardwareInterfaces
import Timekeeping

/// Commands over SPI: each in one transfer, and none while BUSY is high.
final class SX126xBus {
    private let bus: any SPIBus
    private let busy: any InputPin
    private let pause: (TimeSpan) -> Void
    /// Whether the chip refused a command since ``forgetRefusals()``.
    private(set) var hasRefused = false
    private var isFirst = true

    /// The longest that a chip is busy is its start with an oscillator, some 10 ms.
    private static let busyLimit = TimeSpan.milliseconds(200)
    /// Between two looks at BUSY, which is high for 30 to 130 us after most commands.
    private static let look = TimeSpan.microseconds(20)

    init(_ bus: any SPIBus, busy: any InputPin, pause: @escaping (TimeSpan) -> Void) {
        self.bus = bus
        self.busy = busy
        self.pause = pause
    }

    func isBusy() throws(RadioError) -> Bool {
        do {
            return try busy.isHigh()
        } catch {
            throw RadioError("the BUSY line cannot be read: \(error)")
        }
    }

    func awaitReady() throws(RadioError) {
        var (waited, step) = (TimeSpan.zero, Self.look)
        while try isBusy() {
            guard waited < Self.busyLimit else {
                throw RadioError(
                    "the radio's BUSY line has been high for \(Self.busyLimit): the chip hangs, has no power, or the line "
                        + "configured is another one; check busy_line, NRST and 3.3 V")
            }
            pause(step)
            waited = waited + step
            step = min(step * 2, .milliseconds(1))
        }
    }

    func send(_ command: [UInt8]) throws(RadioError) { _ = try exchange(command) }

    /// From here on refusals are noted.
    func forgetRefusals() { (hasRefused, isFirst) = (false, true) }

    private func exchange(_ command: [UInt8]) throws(RadioError) -> [UInt8] {
        try awaitReady()
        let answer = try bus.exchange(command)
        // Each answer begins with what became of the command before.
        if !isFirst, let status = answer.first, SX126xStatus(rawValue: status).isRefusal { hasRefused = true }
        isFirst = false
        return answer
    }

    func run(_ steps: [SX126xStep]) throws(RadioError) {
        for step in steps {
            switch step {
            case .send(let command): try send(command)
            case .modify(let register, let mask, let value):
                let old = try read(register)
                try send([0x0D] + register.address + [old & ~mask | value])
            }
        }
    }

    /// What the chip answers behind its status.
    func ask(_ command: [UInt8], count: Int) throws(RadioError) -> [UInt8] {
        Array(try exchange(command + [UInt8](repeating: 0, count: count + 1)).dropFirst(command.count + 1))
    }

    func read(_ register: SX126xRegister) throws(RadioError) -> UInt8 { try read(register, count: 1).first ?? 0 }

    func read(_ register: SX126xRegister, count: Int) throws(RadioError) -> [UInt8] {
        try ask([0x1D] + register.address, count: count)
    }

    func status() throws(RadioError) -> SX126xStatus {
        SX126xStatus(rawValue: try exchange([0xC0, 0x00]).last ?? 0)
    }
}

/// Bits 6 to 4 are the mode, 3 to 1 what became of the last command; the others are to be ignored.
struct SX126xStatus: Hashable {
    let rawValue: UInt8

    var mode: SX126xMode? { SX126xMode(rawValue: rawValue >> 4 & 7) }
    /// A processing error, or a failure to execute.
    var isRefusal: Bool { [4, 5].contains(rawValue >> 1 & 7) }
}
