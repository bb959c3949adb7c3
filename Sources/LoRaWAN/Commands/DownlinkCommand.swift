/// A MAC command from the network (TS001 5).
enum DownlinkCommand: Hashable {
    case linkCheckAnswer(margin: UInt8, gateways: UInt8)
    case linkADRRequest(LinkADRRequest)
    case dutyCycleRequest(maximum: UInt8)
    case rxParamSetupRequest(rx1Offset: UInt8, rx2DataRate: DataRate, frequency: Int)
    case devStatusRequest
    case newChannelRequest(index: UInt8, frequency: Int, maximum: DataRate, minimum: DataRate)
    /// Seconds, 1 to 15.
    case rxTimingSetupRequest(delay: UInt8)
    case txParamSetupRequest(downlinkDwell: Bool, uplinkDwell: Bool, maximumEIRP: UInt8)
    case dlChannelRequest(index: UInt8, frequency: Int)
    /// GPS time at the end of the uplink: seconds since 1980-01-06, and 1/256 s.
    case deviceTimeAnswer(seconds: UInt32, fraction: UInt8)
}

/// One command of an ADR block (TS001 5.3).
struct LinkADRRequest: Hashable {
    /// 15: keep.
    let dataRate: UInt8
    /// 15: keep.
    let power: UInt8
    let mask: UInt16
    let maskControl: UInt8
    /// 0 means 1.
    let nbTrans: UInt8
}

/// Takes the commands of FOpts or of a port 0 payload apart, in their order.
///
/// It ends at the first command that is unknown, whose length cannot be known either (TS001 5), or that is cut off.
struct DownlinkCommandParser: IteratorProtocol, Sequence {
    private let bytes: [UInt8]
    private var offset = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Bytes behind the command's identifier; nil for a command that a class A device does not know.
    private static func length(of identifier: UInt8) -> Int? {
        switch identifier {
        case 0x02: 2
        case 0x03: 4
        case 0x04: 1
        case 0x05: 4
        case 0x06: 0
        case 0x07: 5
        case 0x08: 1
        case 0x09: 1
        case 0x0A: 4
        case 0x0D: 5
        default: nil
        }
    }

    mutating func next() -> DownlinkCommand? {
        guard offset < bytes.count, let length = Self.length(of: bytes[offset]), offset + 1 + length <= bytes.count
        else {
            offset = bytes.count
            return nil
        }
        let identifier = bytes[offset]
        let start = offset + 1
        offset = start + length
        func byte(_ index: Int) -> UInt8 { bytes[start + index] }
        func frequency(_ index: Int) -> Int { Int(bytes.littleEndian(at: start + index, bytes: 3) ?? 0) * 100 }
        switch identifier {
        case 0x02: return .linkCheckAnswer(margin: byte(0), gateways: byte(1))
        case 0x03:
            return .linkADRRequest(
                LinkADRRequest(
                    dataRate: byte(0) >> 4, power: byte(0) & 0x0F, mask: UInt16(byte(1)) | UInt16(byte(2)) << 8,
                    maskControl: byte(3) >> 4 & 0x07, nbTrans: byte(3) & 0x0F))
        case 0x04: return .dutyCycleRequest(maximum: byte(0) & 0x0F)
        case 0x05:
            return .rxParamSetupRequest(
                rx1Offset: byte(0) >> 4 & 0x07, rx2DataRate: DataRate(byte(0)), frequency: frequency(1))
        case 0x06: return .devStatusRequest
        case 0x07:
            return .newChannelRequest(
                index: byte(0), frequency: frequency(1), maximum: DataRate(byte(4) >> 4), minimum: DataRate(byte(4)))
        case 0x08: return .rxTimingSetupRequest(delay: Swift.max(1, byte(0) & 0x0F))
        case 0x09:
            return .txParamSetupRequest(
                downlinkDwell: byte(0) & 0x20 != 0, uplinkDwell: byte(0) & 0x10 != 0, maximumEIRP: byte(0) & 0x0F)
        case 0x0A: return .dlChannelRequest(index: byte(0), frequency: frequency(1))
        case 0x0D:
            return .deviceTimeAnswer(
                seconds: UInt32(truncatingIfNeeded: bytes.littleEndian(at: start, bytes: 4) ?? 0), fraction: byte(4))
        default: return nil
        }
    }
}
