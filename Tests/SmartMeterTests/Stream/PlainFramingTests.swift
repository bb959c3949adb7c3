import Ciphers
import HardwareSimulators
import MeterValues
import SmartMeter
import Testing

@Suite struct PlainFramingTests {
    let lines = ["0-0:1.0.0(200706104157S)", "1-0:1.8.0(000025.653*kWh)"]

    private func telegram(_ crc: (String) -> String, after: String = "\r\n") -> [UInt8] {
        let text = "/ISK5\\2M550T-1012\r\n\r\n" + lines.map { $0 + "\r\n" }.joined() + "!"
        return [UInt8]((text + crc(Sample.crc([UInt8](text.utf8))) + after).utf8)
    }

    @Test(arguments: Pieces.allCases)
    func `a telegram of the simulator is read as it was written`(pieces: Pieces) throws {
        for list in [LuxembourgTelegram.List.standard, .full] {
            let written = Sample.telegram(list)
            let found = try outcomes(of: written + written, pieces: pieces)
            #expect(found.telegrams.count == 2 && found.problems.isEmpty)
            let read = try #require(found.telegrams.first)
            #expect([UInt8](read.text.utf8) + [13, 10] == written)
            #expect(read.time == Sample.time)
            #expect(read.identification == "Lux5\\253694471_M")
        }
    }

    @Test func `a checksum in lower case is good`() throws {
        let found = try outcomes(of: telegram { $0.lowercased() })
        #expect(found.telegrams.count == 1 && found.problems.isEmpty)
    }

    @Test func `a checksum without its leading zeros is good`() throws {
        // Look for a telegram whose checksum begins with a zero.
        for number in 0..<1_000 {
            let text = "/ISK5\\2M550T-1012\r\n\r\n1-0:1.8.0(\(number)*kWh)\r\n!"
            let crc = Sample.crc([UInt8](text.utf8))
            guard crc.hasPrefix("0"), !crc.hasPrefix("00") else { continue }
            for pieces in Pieces.allCases {
                let stream = [UInt8]((text + crc.dropFirst() + "\r\n").utf8)
                #expect(try outcomes(of: stream, pieces: pieces).telegrams.count == 1)
            }
            return
        }
        Issue.record("no such telegram")
    }

    @Test(arguments: ["", "\r\n", "\n", "\0", "\u{C}", "\r\n\0\0", "\r\nEasyMeter says hello\r\n"])
    func `what follows the checksum is passed over`(after: String) throws {
        for pieces in Pieces.allCases {
            let one = telegram({ $0 }, after: after)
            let found = try outcomes(of: one + one, pieces: pieces)
            #expect(found.telegrams.count == 2 && found.problems.isEmpty)
        }
    }

    @Test func `a wrong checksum is a problem with both values, and carries the telegram`() throws {
        for stated in ["0000", "G000", "00", "12345"] {
            let stream = telegram { $0 == stated ? "1111" : stated }
            let problem = try #require(try outcomes(of: stream).problems.first)
            guard case .checksumWrong(let seen, let computed) = problem.reason else {
                Issue.record("\(problem)")
                return
            }
            #expect(seen == stated.prefix(4))
            #expect(computed != 0)
            #expect(problem.telegram?.quantity(OBISCode(1, 0, 1, 8, 0))?.decimalString == "25.653")
            #expect(problem.description.contains(seen))
        }
    }

    @Test func `no checksum is accepted from meters that never have one`() throws {
        let found = try outcomes(of: telegram { _ in "" } + telegram { _ in "" })
        #expect(found.telegrams.map(\.checksum) == [.absent, .absent])
    }

    @Test func `no checksum is a problem once this meter has sent one, and in versions that demand it`() throws {
        #expect(try outcomes(of: telegram { $0 } + telegram { _ in "" }).reasons == [.checksumMissing])
        let modern = [UInt8]("/ISK5x\r\n\r\n1-3:0.2.8(50)\r\n1-0:1.8.0(1*kWh)\r\n!\r\n".utf8)
        let found = try outcomes(of: modern)
        #expect(found.reasons == [.checksumMissing])
        #expect(found.problems.first?.telegram?.objects.count == 2)
    }

    @Test func `lines may end in LF only`() throws {
        let stream = Sample.telegram(lines: lines, lineEnd: "\n")
        #expect(try outcomes(of: stream + stream).telegrams.count == 2)
    }

    @Test func `a slash within the identification begins nothing`() throws {
        let stream = Sample.telegram(lines: lines, identification: "HLY5/D545-METER")
        for pieces in Pieces.allCases {
            let found = try outcomes(of: stream + stream, pieces: pieces)
            #expect(found.telegrams.map(\.identification) == ["HLY5/D545-METER", "HLY5/D545-METER"])
            #expect(found.problems.isEmpty)
        }
    }

    @Test func `a telegram that is cut off anywhere never costs the next one`() throws {
        let good = Sample.telegram(.standard)
        // Without line end and checksum digit, what is left is no good telegram.
        for length in 0..<good.count - 2 {
            let found = try outcomes(of: good.prefix(length) + good, pieces: .odd, seed: UInt64(length))
            #expect(found.telegrams.count == 1, "\(length) bytes")
        }
        for length in 1..<good.count {
            let found = try outcomes(of: good.suffix(length) + good, pieces: .odd, seed: UInt64(length))
            #expect(found.telegrams.count == 1, "last \(length) bytes")
        }
    }

    @Test func `a telegram without checksum that is cut off is not completed by the next one`() throws {
        let good = telegram { _ in "" }
        for length in 0..<good.count - 3 {
            let found = try outcomes(of: good.prefix(length) + good)
            #expect(found.telegrams.map(\.text.utf8.count) == [good.count - 2], "\(length) bytes")
        }
    }

    @Test func `any byte may come within a telegram, and costs no other`() throws {
        let good = Sample.telegram(.standard)
        for byte in [0x00, 0x80, 0xFF, 0xDB, 0x2F, 0x21, 0x0A] as [UInt8] {
            for place in stride(from: 0, to: good.count - 3, by: 7) where good[place] != byte {
                var damaged = good
                damaged[place] = byte
                #expect(try outcomes(of: damaged + good).telegrams.count == 1, "\(byte) at \(place)")
            }
        }
    }

    @Test func `a telegram of the line's past is given up at a pause`() throws {
        var reader = try TelegramReader()
        reader.append(Array(telegram { $0 }.prefix(60)))
        var found: [ReaderOutcome] = []
        while let outcome = reader.next() { found.append(outcome) }
        #expect(found.isEmpty)
        reader.lineWentIdle()
        while let outcome = reader.next() { found.append(outcome) }
        #expect(found.reasons == [.truncated])
        reader.append(telegram { $0 })
        while let outcome = reader.next() { found.append(outcome) }
        #expect(found.telegrams.count == 1)
    }

    @Test func `a telegram without an end is given up at 64 KiB`() throws {
        var reader = try TelegramReader()
        reader.append([UInt8]("/ISK5x\r\n\r\n".utf8))
        var found: [ReaderOutcome] = []
        let line = [UInt8]("1-0:1.8.0(000025.653*kWh)\r\n".utf8)
        for _ in 0..<10_000 {
            reader.append(line)
            while let outcome = reader.next() { found.append(outcome) }
            #expect(reader.bytesHeld < 200_000)
        }
        #expect(found.reasons.first == .tooLong)
        reader.append(telegram { $0 })
        while let outcome = reader.next() { found.append(outcome) }
        #expect(found.telegrams.count == 1)
    }

    @Test func `bytes that are no telegram are reported in one piece, with what they are`() throws {
        let noise = [UInt8](repeating: 0x55, count: 500)
        let found = try outcomes(of: noise + telegram { $0 } + noise)
        #expect(found.reasons == [.noise, .noise])
        #expect(found.problems.map(\.offset) == [0, 500 + telegram { $0 }.count - 2])
        #expect(found.problems.first?.length == 500)
        var hdlc = [0x7E, 0xA0, 0x84, 0xCE, 0xFF, 0x03, 0x13] + [UInt8](repeating: 0x09, count: 200)
        hdlc[0x85] = 0x7E
        for pieces in Pieces.allCases {
            #expect(try outcomes(of: hdlc, pieces: pieces).reasons == [.otherProtocol(.hdlc)])
        }
        let mbus = [0x68, 0x64, 0x64, 0x68] + [UInt8](repeating: 0x53, count: 101) + [0x16]
        for pieces in Pieces.allCases {
            #expect(try outcomes(of: mbus, pieces: pieces).reasons == [.otherProtocol(.wiredMBus)])
        }
    }

    @Test func `an empty stream is no problem`() throws {
        #expect(try outcomes(of: []).isEmpty)
    }
}
