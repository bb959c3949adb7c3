/// CRC-8 with the polynomial x^8 + x^5 + x^3 + x^2 + x + 1 (0x2F, as in AUTOSAR), over the text that describes a layout:
/// two layouts that differ have the same tag in one case of 256, and layouts of one configuration never do.
enum LayoutTag {
    static func of(_ signature: String) -> UInt8 {
        var crc: UInt8 = 0xFF
        for byte in signature.utf8 {
            crc ^= byte
            for _ in 0..<8 { crc = crc & 0x80 != 0 ? crc << 1 ^ 0x2F : crc << 1 }
        }
        return crc ^ 0xFF
    }
}
