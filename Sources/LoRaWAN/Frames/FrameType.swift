/// The kind of a frame, the top three bits of its first byte (TS001 4.2.1).
package enum FrameType: UInt8 {
    case joinRequest = 0
    case joinAccept = 1
    case unconfirmedUp = 2
    case unconfirmedDown = 3
    case confirmedUp = 4
    case confirmedDown = 5

    /// MHDR with Major 0.
    package var header: UInt8 { rawValue << 5 }

    /// nil for a reserved or proprietary type, or another major version (TS001 4.2.2); RFU bits are passed over.
    package init?(header: UInt8) {
        guard header & 0b11 == 0 else { return nil }
        self.init(rawValue: header >> 5)
    }
}
