/// A MAC command to the network (TS001 5): at most three bytes, in one word.
struct UplinkCommand: Hashable {
    /// CID.
    let identifier: UInt8
    /// The bytes behind it, 0 to 2 of them.
    let length: UInt8
    let first: UInt8
    let second: UInt8

    private init(_ identifier: UInt8, _ bytes: UInt8...) {
        self.identifier = identifier
        length = UInt8(min(bytes.count, 2))
        first = bytes.first ?? 0
        second = bytes.count > 1 ? bytes[1] : 0
    }

    static let linkCheckRequest = UplinkCommand(0x02)
    static func linkADRAnswer(_ status: UInt8) -> Self { Self(0x03, status) }
    static let dutyCycleAnswer = UplinkCommand(0x04)
    static func rxParamSetupAnswer(_ status: UInt8) -> Self { Self(0x05, status) }
    /// - Parameters:
    ///   - battery: 0 external power, 1 (empty) to 254 (full), 255 unknown.
    ///   - margin: dB, -32 to 31.
    static func devStatusAnswer(battery: UInt8, margin: Int) -> Self {
        Self(0x06, battery, UInt8(truncatingIfNeeded: max(-32, min(31, margin))) & 0x3F)
    }
    static func newChannelAnswer(_ status: UInt8) -> Self { Self(0x07, status) }
    static let rxTimingSetupAnswer = UplinkCommand(0x08)
    static let txParamSetupAnswer = UplinkCommand(0x09)
    static func dlChannelAnswer(_ status: UInt8) -> Self { Self(0x0A, status) }
    static let deviceTimeRequest = UplinkCommand(0x0D)

    /// Bytes on air.
    var count: Int { 1 + Int(length) }

    /// These go into every uplink until a class A downlink shows that the network knows (TS001 5.5, 5.8 to 5.10).
    var isSticky: Bool {
        switch identifier {
        case 0x05, 0x08, 0x09, 0x0A: true
        default: false
        }
    }

    /// The device's own wish rather than an answer; answers come first (TS001 5).
    var isRequest: Bool { identifier == 0x02 || identifier == 0x0D }

    func append(to bytes: inout [UInt8]) {
        bytes.append(identifier)
        if length > 0 { bytes.append(first) }
        if length > 1 { bytes.append(second) }
    }

    /// Reads one back from a stored state; nil when it is none.
    init?(identifier: UInt8, first: UInt8, second: UInt8) {
        switch identifier {
        case 0x02, 0x04, 0x08, 0x09, 0x0D: self.init(identifier)
        case 0x03, 0x05, 0x07, 0x0A: self.init(identifier, first)
        case 0x06: self.init(identifier, first, second)
        default: return nil
        }
    }
}
