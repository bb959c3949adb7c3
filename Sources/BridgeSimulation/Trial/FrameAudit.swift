package import HardwareSimulators
import Timekeeping

/// Whether the frames on the air keep LoRaWAN's promises on counters: read from the bytes, with no help of the device.
package struct FrameAudit {
    package private(set) var violations: [String] = []
    private(set) var joinRequests = 0

    /// - Parameter uplinks: in the order of their starts.
    package init(_ uplinks: [AirTransmission]) {
        var nonces: Set<[UInt8]> = []
        var last: [[UInt8]: (counter: Int, payload: [UInt8])] = [:]
        for uplink in uplinks {
            let bytes = uplink.payload
            guard bytes.count >= 12 else {
                violations.append("a frame of \(bytes.count) bytes")
                continue
            }
            if bytes[0] >> 5 == 0 {
                joinRequests += 1
                // Behind the MHDR and two EUIs, before the MIC.
                if !nonces.insert(Array(bytes.dropFirst(17).prefix(2))).inserted {
                    violations.append("a DevNonce was used twice (TS001 6.2.2)")
                }
                continue
            }
            let (address, counter) = (Array(bytes[1...4]), Int(bytes[6]) | Int(bytes[7]) << 8)
            defer { last[address] = (counter, bytes) }
            guard let before = last[address], before.payload != bytes else { continue }
            // 16 of its 32 bits are on the air: it goes up, by less than half of the circle.
            guard (1..<0x8000).contains((counter - before.counter) & 0xFFFF) else {
                violations.append("FCntUp \(counter) came after \(before.counter) (TS001 4.3.1.5)")
                continue
            }
        }
    }
}
