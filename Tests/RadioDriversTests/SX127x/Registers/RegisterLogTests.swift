import Ciphers
import HardwareSimulators
import LoRaWAN
import Testing
import Timekeeping

@testable import RadioDrivers

/// A join and an uplink with its windows, by the real MAC: what the registers hold when the mode is written, compared with
/// the reference sequences of the facts, value for value.
@Suite struct RegisterLogTests {
    /// 868.1 MHz, SF12, 23 bytes, 14 dBm.
    private static let transmit =
        "06=d9 07=06 08=66 09=cc 4d=84 1d=72 1e=c4 26=0c 20=00 21=08 31=c3 37=0a 33=27 3b=1d 22=17 0e=00 0d=00 40=40 "
        + "11=f7 39=34 0c=23 0b=2b 01=8b"
    /// 868.1 MHz, SF12, six symbols.
    private static let receive =
        "06=d9 07=06 08=66 1d=72 1e=c0 26=0c 36=03 37=0a 33=67 3b=19 31=43 30=00 2f=40 11=1f 40=00 0f=00 0d=00 39=34 "
        + "0c=23 20=00 21=08 01=8e"

    private func reference(
        _ text: String, frequency: Int, sf factor: Int, sent: AirTransmission? = nil
    ) throws -> [UInt8: UInt8] {
        var values: [UInt8: UInt8] = [:]
        for pair in text.split(separator: " ") {
            let bytes = try #require([UInt8](hex: pair.replacing("=", with: "")))
            values[bytes[0]] = bytes[1]
        }
        for (offset, setting) in SX127xSettings.carrier(frequency).enumerated() {
            values[0x06 + UInt8(offset)] = setting.value
        }
        values[0x1E] = UInt8(factor) << 4 | (values[0x1E] ?? 0) & 0x0F
        if factor < 11 { values[0x26] = 0x04 }
        if let sent {
            values[0x22] = UInt8(sent.payload.count)
            values[0x09] = 0xC0 + UInt8(sent.power - 2)
        }
        return values
    }

    @Test func `a join and an uplink leave the registers as the reference sequences do`() throws {
        let onAir = try DeviceOnAir(region: .eu868, server: .init(extraChannels: []))
        try onAir.join()
        onAir.server.setWindow(.receive2, for: 1)
        onAir.server.enqueue(.init(port: 9, payload: [1]), for: 1)
        try onAir.send(Uplink(port: 1, payload: [1, 2, 3, 4, 5]))
        let accesses = onAir.radio.chip.accesses
        var registers: [UInt8: UInt8] = [:]
        var transmissions = onAir.radio.air.uplinks[...]
        var fifo: [UInt8] = []
        var windows = 0
        for access in accesses where access.isWrite {
            if access.address == 0 { fifo = access.bytes }
            registers[access.address] = access.bytes.last
            guard access.address == 0x01 else { continue }
            switch access.bytes {
            case [0x8B]:
                let next = transmissions.popFirst()
                let sent = try #require(next)
                #expect(fifo == sent.payload)
                let wanted = try reference(
                    Self.transmit, frequency: (sent.frequency + 50_000) / 100_000 * 100_000,
                    sf: sent.spreadingFactor, sent: sent)
                for (address, value) in wanted.sorted(by: { $0.key < $1.key }) {
                    #expect(registers[address] == value, "TX register \(address)")
                }
            case [0x8E]:
                windows += 1
                let factor = Int((registers[0x1E] ?? 0) >> 4)
                let isSecond = registers[0x06] == 0xD9 && registers[0x07] == 0x61
                let sent = try #require(onAir.radio.air.uplinks.last { $0.end <= access.at })
                let wanted = try reference(
                    Self.receive,
                    frequency: isSecond ? 869_525_000 : (sent.frequency + 50_000) / 100_000 * 100_000, sf: factor)
                #expect(factor == (isSecond ? 12 : sent.spreadingFactor))
                for (address, value) in wanted.sorted(by: { $0.key < $1.key }) {
                    #expect(registers[address] == value, "RX register \(address)")
                }
            default: break
            }
        }
        #expect(transmissions.isEmpty && onAir.radio.air.uplinks.count == 2)
        #expect(windows == 3, "the join-accept in RX1, an empty RX1, and the downlink in RX2")
        #expect(onAir.deliveries.count == 1 && onAir.radio.chip.violations == [])
    }
}
