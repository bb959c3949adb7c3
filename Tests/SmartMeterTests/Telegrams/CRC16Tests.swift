import HardwareSimulators
import SmartMeter
import Testing

@Suite struct CRC16Tests {
    /// The check values of the catalogue of CRCs (reveng.sourceforge.io/crc-catalogue/16.htm).
    @Test(arguments: [(ChecksumKind.arc, UInt16(0xBB3D)), (.modbus, 0x4B37), (.kermit, 0x2189), (.x25, 0x906E)])
    func `nine digits give what the catalogues of CRCs say`(kind: ChecksumKind, check: UInt16) {
        let digits = Array("123456789".utf8)
        #expect(CRC16.checksum(digits.span, 0..<digits.count, kind) == check)
    }

    @Test(arguments: ChecksumKind.allCases)
    func `a range of any length at any place gives what a step for each bit gives`(kind: ChecksumKind) {
        var random = SeededRandom(seed: 16)
        let bytes = (0..<80).map { _ in UInt8.random(in: 0...255, using: &random) }
        for start in 0..<20 {
            for end in start...bytes.count {
                #expect(CRC16.checksum(bytes.span, start..<end, kind) == bitByBit(bytes[start..<end], kind))
            }
        }
    }

    private func bitByBit(_ bytes: ArraySlice<UInt8>, _ kind: ChecksumKind) -> UInt16 {
        let isCCITT = kind == .kermit || kind == .x25
        var crc: UInt16 = kind == .modbus || kind == .x25 ? 0xFFFF : 0
        for byte in bytes {
            crc ^= UInt16(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ (isCCITT ? 0x8408 : 0xA001) : crc >> 1 }
        }
        return kind == .x25 ? ~crc : crc
    }
}
