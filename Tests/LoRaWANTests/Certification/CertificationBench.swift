import Testing
import Timekeeping

@testable import LoRaWAN

/// What the certification bench of the LoRa Alliance plays against a device (LCTT): the device joins, and each frame is
/// answered as a script says.
final class CertificationBench {
    let bench: Bench
    var peer: Peer { bench.peer }
    var device: Device { bench.device }
    var session: Session? { bench.device.state.session }

    init(_ change: (inout DeviceConfiguration) -> Void = { _ in }) throws {
        bench = try Bench(
            Bench.configuration {
                $0.dataRate = DataRate(5)
                change(&$0)
            })
        try bench.join()
    }

    /// Sends the commands in RX1 of an uplink, and returns the next uplink.
    @discardableResult
    func order(_ commands: [UInt8], onPort0: Bool = false, confirmed: Bool = false) throws -> Peer.Uplink {
        let downlink = try peer.downlink(
            confirmed: confirmed, options: onPort0 ? [] : commands, port: onPort0 ? 0 : nil,
            payload: onPort0 ? commands : [])
        return try hear(downlink)
    }

    /// Lets the device hear a frame in RX1 of an uplink, and returns the next uplink.
    @discardableResult
    func hear(_ downlink: [UInt8]) throws -> Peer.Uplink {
        try bench.send(reply: .rx1(downlink))
        try bench.send(Uplink(port: nil, payload: []))
        return try bench.lastUplink()
    }

    /// The carriers of the next uplinks.
    func carriers(_ count: Int) throws -> [Int] {
        try (0..<count).map { _ in
            try bench.send()
            return bench.air[bench.air.count - 1].transmission.frequency
        }
    }

    var lastWindows: [ReceiveWindow] { Array(bench.windows.suffix(2)) }
    var lastEnd: MonotonicInstant {
        let last = bench.air[bench.air.count - 1]
        return last.start + last.airTime
    }
}
