import HardwareSimulators
import MeterValues
import SmartMeter
import Testing
import Timekeeping

/// Dutch and Belgian meters print tariffs and no total.
@Suite struct TariffTotalTests {
    static let arrival = UTCInstant(secondsSince1970: 1_781_827_200)

    func reading(_ lines: [String]) throws -> Reading {
        var reader = try TelegramReader()
        reader.append(Array(("/XMX5\\test\r\n\r\n" + lines.map { $0 + "\r\n" }.joined() + "!\r\n").utf8))
        reader.finish()
        while let outcome = reader.next() {
            if case .telegram(let telegram) = outcome { return telegram.reading(receivedAt: Self.arrival) }
        }
        throw NoTelegram()
    }

    struct NoTelegram: Error {}

    @Test func `the total of a meter that prints its tariffs only is their exact sum`() throws {
        let reading = try reading([
            "1-0:1.8.1(123456.789*kWh)", "1-0:1.8.2(000000.212*kWh)", "1-0:2.8.1(5*kWh)", "1-0:2.8.2(00001.5*kWh)",
        ])
        #expect(
            reading.quantities[OBISCode(1, 0, 1, 8, 0)]
                == Quantity(coefficient: 123_457_001, decimals: 3, unit: .kilowattHour))
        #expect(
            reading.quantities[OBISCode(1, 0, 2, 8, 0)]
                == Quantity(coefficient: 65, decimals: 1, unit: .kilowattHour))
    }

    @Test func `a printed total is not touched, and one tariff alone makes none`() throws {
        let printed = try reading(["1-0:1.8.0(7*kWh)", "1-0:1.8.1(1*kWh)", "1-0:1.8.2(2*kWh)"])
        #expect(
            printed.quantities[OBISCode(1, 0, 1, 8, 0)] == Quantity(coefficient: 7, decimals: 0, unit: .kilowattHour))
        #expect(try reading(["1-0:1.8.1(1*kWh)"]).quantities[OBISCode(1, 0, 1, 8, 0)] == nil)
    }

    @Test func `tariffs that measure different things have no sum`() throws {
        let reading = try reading(["1-0:1.8.1(1*kWh)", "1-0:1.8.2(2*m3)"])
        #expect(reading.quantities[OBISCode(1, 0, 1, 8, 0)] == nil)
    }
}
