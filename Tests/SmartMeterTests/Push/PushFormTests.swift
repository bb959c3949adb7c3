import HardwareSimulators
import MeterValues
import SmartMeter
import Testing
import Timekeeping

/// What makers make of a push list, with values of our own.
@Suite struct PushFormTests {
    private static func objects(_ message: [UInt8], zone: MeterTimeZone = .centralEuropean) throws -> [ReaderOutcome] {
        try outcomes(of: PushLine.hdlc(message), timeZone: zone)
    }

    @Test(arguments: PushLine.Form.allCases, 0..<20)
    func `registers with scaler and unit are read in each form, and exactly`(form: PushLine.Form, seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        let units: [(UInt8, String)] = [
            (27, "W"), (28, "VA"), (29, "var"), (30, "Wh"), (31, "VAh"), (32, "varh"), (33, "A"), (35, "V"), (44, "Hz"),
            (13, "m3"), (255, ""),
        ]
        var written: [PushObject] = []
        var wanted: [String] = []
        for number in 0..<Int.random(in: 1...60, using: &random) {
            let (unit, symbol) = units[Int.random(in: 0..<units.count, using: &random)]
            let value = UInt32.random(in: 0...UInt32.max, using: &random)
            let scaler = Int8.random(in: -6...3, using: &random)
            let code: [UInt8] = [
                1, UInt8(seed % 2), UInt8(number + 1), UInt8.random(in: 4...9, using: &random), 0, 255,
            ]
            written.append(.register(code, value, scaler: scaler, unit: unit))
            var digits = String(value) + String(repeating: "0", count: max(0, Int(scaler)))
            if value == 0 { digits = "0" }
            if scaler < 0 {
                let places = -Int(scaler)
                if digits.count <= places { digits = String(repeating: "0", count: places + 1 - digits.count) + digits }
                digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -places))
            }
            wanted.append("1-\(seed % 2):\(code[2]).\(code[3]).0 \(digits)\(symbol.isEmpty ? "" : " ")\(symbol)")
        }
        let message = PushLine.notification(written, form: form, at: Sample.time)
        for frames in [
            PushLine.hdlc(message), PushLine.hdlc(message, segment: 100), PushLine.blocks(message, of: 120),
            PushLine.wiredMBus(message), PushLine.wiredMBus(message, data: 252),
        ] {
            let found = try outcomes(of: frames, pieces: .odd, seed: UInt64(seed))
            let telegram = try #require(found.telegrams.first, "\(found.problems)")
            let read = telegram.objects.filter { $0.code.a == 1 }.map {
                "\($0.code) \($0.valueString)" + ($0.unitSymbol.map { " \($0)" } ?? "")
            }
            #expect(read == wanted)
            #expect(telegram.time == Sample.time)
            let reading = telegram.reading(receivedAt: Sample.time)
            #expect(reading.quantities.count >= Set(wanted.map { $0.prefix { $0 != " " } }).count)
        }
    }

    @Test func `a list of what comes is matched with the values behind it`() throws {
        let codes: [[UInt8]] = [
            [0, 0, 1, 0, 0, 255], [1, 0, 1, 7, 0, 255], [1, 0, 31, 7, 0, 255], [1, 0, 32, 7, 0, 255],
        ]
        func descriptor(_ kind: UInt8, _ code: [UInt8]) -> [UInt8] {
            let tail: [UInt8] = [0x0F, 0x02, 0x12, 0x00, 0x00]
            return [0x02, 0x04, 0x12, 0x00, kind] + PushObject.octets(code) + tail
        }
        let array: [UInt8] = [0x01, 5] + descriptor(40, [0, 8, 25, 9, 0, 255]) + codes.flatMap { descriptor(3, $0) }
        let clock = PushObject.octets(PushLine.dateTime(Sample.time, deviation: -60, status: 0))
        for (volts, printed) in [(UInt32(2_385), "238.5"), (238, "238")] {
            let elements = [
                array, clock, PushObject.unsigned(73), PushObject.unsigned(130), PushObject.unsigned(volts),
            ]
            let message = PushLine.notification([PushObject(elements: elements)], at: nil)
            let telegram = try #require(try Self.objects(message).telegrams.first)
            #expect(telegram.objects.map(\.valueString) == [Sample.time.description, "73", "1.30", printed])
            #expect(telegram.time == Sample.time)
        }
    }

    @Test func `Kaifa's lists for Norway are told by their count`() throws {
        let head = [PushObject.text(nil, "KFM_001"), .text(nil, "6970631401753985"), .text(nil, "MA304H3E")]
        let clock = PushObject(elements: [PushObject.octets(PushLine.dateTime(Sample.time, deviation: -60, status: 0))])
        let counts = [(6, 0, 6), (10, 0, 10), (6, 4, 10), (10, 4, 14)]
        for (values, energies, wanted) in counts {
            let numbers = (0..<values).map { PushObject.number(UInt32(1_000 + $0)) }
            let energy: [PushObject] =
                energies == 0 ? [] : [clock] + (0..<energies).map { PushObject.number(UInt32(5_000 + $0)) }
            let telegram = try #require(
                try Self.objects(PushLine.notification(head + numbers + energy, at: Sample.time)).telegrams.first)
            #expect(telegram.objects.filter { $0.quantity != nil }.count == wanted)
            #expect(telegram.meterIdentifier == "6970631401753985")
            #expect(telegram.quantity(OBISCode(1, 0, 31, 7, 0))?.description == "1.004 A")
            let energyRead = telegram.quantity(OBISCode(1, 0, 1, 8, 0))?.description
            #expect(energyRead == (energies == 0 ? nil : "5000 Wh"))
        }
        let power = try #require(
            try Self.objects(PushLine.notification([.number(5_852)], at: Sample.time)).telegrams.first)
        #expect(power.quantity(OBISCode(1, 0, 1, 7, 0))?.description == "5852 W")
    }

    @Test func `Kamstrup's scale is that of its list`() throws {
        let version = PushObject.text(nil, "Kamstrup_V0001")
        func read(_ number: [UInt8]) throws -> String? {
            let message = PushLine.notification(
                [
                    version, .text(number, "5706567274389702"), .bare([1, 1, 31, 7, 0, 255], 57),
                    .bare([1, 1, 1, 8, 0, 255], 630),
                ],
                at: Sample.time)
            let telegram = try Self.objects(message).telegrams.first
            #expect(telegram?.quantity(OBISCode(1, 1, 31, 7, 0))?.description == "0.57 A")
            return telegram?.quantity(OBISCode(1, 1, 1, 8, 0))?.description
        }
        #expect(try read([1, 1, 0, 0, 5, 255]) == "6300 Wh")
        #expect(try read([1, 1, 0, 0, 1, 255]) == "630 Wh")
    }

    @Test func `nothing is guessed of a meter whose list is not known`() throws {
        let unknown = PushLine.notification([.bare([1, 0, 1, 8, 0, 255], 5)], at: Sample.time)
        #expect(try Self.objects(unknown).reasons == [.pushUnreadable(.scaleUnknown(OBISCode(1, 0, 1, 8, 0)))])
        let bare = PushLine.notification([.number(1), .number(2), .number(3)], at: Sample.time)
        #expect(try Self.objects(bare).reasons == [.pushUnreadable(.listUnknown(values: 3))])
        #expect(try Self.objects(PushLine.notification([], at: nil)).reasons == [.pushUnreadable(.empty)])
        #expect(try Self.objects([0xC2, 1, 2, 3]).reasons == [.pushUnreadable(.noNotification(0xC2))])
        let whole = PushLine.notification([.register([1, 0, 1, 8, 0, 255], 5, scaler: 0, unit: 30)], at: Sample.time)
        for count in 1..<whole.count {
            let found = try Self.objects(Array(whole.prefix(count)))
            #expect(found.telegrams.isEmpty && found.problems.count == 1, "\(count)")
        }
    }

    /// As the operators of Tirol, Salzburg and Vorarlberg order it: suite 1 in name, no tag, names and clock before registers, in
    /// two frames of the M-Bus.
    @Test func `the list of Austria's west is read with its key`() throws {
        let objects =
            [
                PushObject(elements: [
                    PushObject.octets([0, 0, 1, 0, 0, 255]),
                    PushObject.octets(PushLine.dateTime(Sample.time, deviation: -120, status: 0x80)),
                ]),
                .text([0, 0, 96, 1, 0, 255], "1KFM0100000035"), .text([0, 0, 42, 0, 0, 255], "KFM1100100000035"),
                .register([1, 0, 32, 7, 0, 255], 2_308, scaler: -1, unit: 35),
                .register([1, 0, 31, 7, 0, 255], 12, scaler: -2, unit: 33),
            ] + (1...4).map { .register([1, 0, $0, 8, 0, 255], 9_000 + UInt32($0), scaler: 0, unit: $0 < 3 ? 30 : 32) }
        for (suite, length) in [(1, FrameSealer.LengthForm.octets(2)), (0, .shortest)]
            as [(UInt8, FrameSealer.LengthForm)]
        {
            var sealer = try FrameSealer(
                key: Sample.key(), systemTitle: [UInt8]("KFM".utf8) + [0x10, 0x10, 0, 0, 0x23], counter: 2_710_426)
            (sealer.tagged, sealer.suite, sealer.lengthForm) = (false, suite, length)
            let message = sealer.seal(
                PushLine.notification(objects, form: .nested, at: Sample.time, deviation: -120, status: 0x80))
            let keys = MeterKeys(encryptionKey: try Sample.key(), tagCheck: .crcOnly)
            let found = try outcomes(of: PushLine.wiredMBus(message), keys: keys)
            let telegram = try #require(found.telegrams.first, "\(found.problems)")
            #expect(telegram.meterIdentifier == "KFM1100100000035" && telegram.time == Sample.time)
            #expect(telegram.encryption?.frameCounter == 2_710_426)
            #expect(
                telegram.objects.suffix(6).map { "\($0.valueString) \($0.unitSymbol ?? "")" } == [
                    "230.8 V", "0.12 A", "9001 Wh", "9002 Wh", "9003 varh", "9004 varh",
                ])
        }
    }

    @Test(arguments: 0..<12) func `NULs that fill a text up are no part of it`(count: Int) throws {
        let id = PushObject(elements: [
            PushObject.octets([0, 0, 96, 1, 0, 255]),
            PushObject.octets([UInt8]("4079390".utf8) + [UInt8](repeating: 0, count: count)),
        ])
        let message = PushLine.notification(
            [id, .register([1, 0, 1, 8, 0, 255], 5, scaler: 0, unit: 30)], at: Sample.time)
        #expect(try Self.objects(message).telegrams.first?.meterIdentifier == "4079390")
    }

    @Test func `energy that is named as if it were of no medium is that of electricity`() throws {
        let objects = (1...4).map {
            PushObject.register([0, 0, $0, 8, 0, 255], UInt32($0), scaler: 0, unit: $0 < 3 ? 30 : 32)
        }
        let telegram = try #require(try Self.objects(PushLine.notification(objects, at: Sample.time)).telegrams.first)
        #expect(telegram.objects.prefix(4).map(\.code) == (1...4).map { OBISCode(1, 0, $0, 8, 0) })
        let count = PushObject.register([0, 0, 1, 8, 0, 255], 5, scaler: 0, unit: 255)
        #expect(
            try Self.objects(PushLine.notification([count], at: Sample.time)).telegrams.first?.objects.first?.code
                == OBISCode(0, 0, 1, 8, 0))
    }

    @Test func `in the hour that comes twice a clock without deviation is none, but for its status`() throws {
        let early = UTCInstant(secondsSince1970: 1_792_888_200)  // 2026-10-25T00:30:00Z, 02:30 in summer
        for (status, time) in [(UInt8(0), nil), (0xFF, nil), (0x80, early)] as [(UInt8, UTCInstant?)] {
            var stamp = PushLine.dateTime(early, deviation: -120, status: status)
            stamp.replaceSubrange(9..<11, with: [0x80, 0x00])
            let start: [UInt8] = [0x0F, 0, 0, 0, 1, 0x0C] + stamp
            let open: [UInt8] = start + [0x02, 0x01] + PushObject.unsigned(7)
            let telegram = try #require(try Self.objects(open).telegrams.first)
            #expect(telegram.time == time)
            #expect(telegram.reading(receivedAt: Sample.time).time == time ?? Sample.time)
        }
    }

    @Test func `a clock without deviation follows the Union's summer time, one with it says UTC`() throws {
        for day in 0..<366 {
            let time = UTCInstant(secondsSince1970: 1_767_268_800 + Int64(day) * 86_400)  // 2026-01-01T12:00:00Z
            let isSummer = (87..<297).contains(day)  // 2026-03-29 to 2026-10-24
            for zone in MeterTimeZone.allCases {
                let standard = zone == .easternEuropean ? 7_200 : 3_600
                let local = UTCInstant(
                    secondsSince1970: time.secondsSince1970 + Int64(standard) + (isSummer ? 3_600 : 0))
                var stamp = PushLine.dateTime(local, deviation: 0, status: 0)
                stamp.replaceSubrange(9..<11, with: [0x80, 0x00])
                let start: [UInt8] = [0x0F, 0, 0, 0, 1, 0x0C] + stamp
                let open: [UInt8] = start + [0x02, 0x01] + PushObject.unsigned(7)
                #expect(try Self.objects(open, zone: zone).telegrams.first?.time == time, "\(day) \(zone)")
                let exact = PushLine.notification([.number(7)], at: time, deviation: isSummer ? -120 : -60)
                #expect(try Self.objects(exact, zone: zone).telegrams.first?.time == time)
            }
        }
    }
}
