import Timekeeping

/// What each command does.
extension SX126xSimulator {
    func execute(_ bytes: [UInt8], into answer: inout [UInt8]) {
        guard let code = bytes.first else { return note("an empty transfer") }
        let parameters = Array(bytes.dropFirst())
        guard let length = Self.lengths[code] else { return refuse("an unknown command \(hex(bytes))") }
        guard length.contains(parameters.count) else {
            return refuse("\(parameters.count) bytes behind command \(hex([code]))")
        }
        outcome = 1
        switch code {
        case 0x12, 0x13, 0x14, 0x15, 0x17, 0x11, 0x1D, 0x1E: reply(code, parameters, into: &answer)
        case 0xC0: looked()
        case 0x80, 0x83, 0x82, 0xC5, 0xD1, 0xC1: if !faults.ignoresModes { enter(code, parameters) }
        case 0x0D: writeRegisters(parameters)
        case 0x0E:
            for (offset, byte) in parameters.dropFirst().enumerated() {
                buffer[(Int(parameters[0]) + offset) & 0xFF] = byte
            }
        case 0x02:
            flags &= ~(UInt16(parameters[0]) << 8 | UInt16(parameters[1]))
            updateLine()
        case 0x89, 0x98, 0x97, 0x07: calibrate(code, parameters)
        default: configure(code, parameters)
        }
    }

    /// How many bytes may follow.
    private static let lengths: [UInt8: ClosedRange<Int>] = [
        0x02: 2...2, 0x07: 2...2, 0x08: 8...8, 0x0D: 3...258, 0x0E: 2...257, 0x11: 2...2, 0x12: 3...3, 0x13: 3...3,
        0x14: 4...4, 0x15: 2...2, 0x17: 3...3, 0x1D: 4...259, 0x1E: 3...258, 0x80: 1...1, 0x82: 3...3, 0x83: 3...3,
        0x86: 4...4, 0x88: 7...7, 0x89: 1...1, 0x8A: 1...1, 0x8B: 4...8, 0x8C: 6...9, 0x8E: 2...2, 0x8F: 2...2,
        0x93: 1...1, 0x95: 4...4, 0x96: 1...1, 0x97: 4...4, 0x98: 2...2, 0x9D: 1...1, 0x9F: 1...1, 0xA0: 1...1,
        0xC0: 1...1, 0xC1: 0...0, 0xC5: 0...0, 0xD1: 0...0,
    ]

    func refuse(_ violation: String) {
        outcome = 4
        note(violation)
    }

    private func hex(_ bytes: [UInt8]) -> String { bytes.map { String($0, radix: 16) }.joined(separator: " ") }

    // MARK: Questions

    private func reply(_ code: UInt8, _ parameters: [UInt8], into answer: inout [UInt8]) {
        let values: [UInt8]
        var start = 2
        switch code {
        case 0x12:
            looked()
            values = [UInt8(flags >> 8), UInt8(flags & 0xFF)]
        case 0x13: values = [settings.receivedCount, settings.receivedStart]
        case 0x14: values = settings.packetStatus
        case 0x15: values = [rawStrength(presentStrength)]
        case 0x17: values = [UInt8(errors >> 8), UInt8(errors & 0xFF)]
        case 0x1E:
            start = 3
            values = (0..<parameters.count - 2).map { buffer[(Int(parameters[0]) + $0) & 0xFF] }
        case 0x1D:
            start = 4
            let address = UInt16(parameters[0]) << 8 | UInt16(parameters[1])
            values = (0..<parameters.count - 3).map { register(address &+ UInt16($0)) }
        default: values = [settings.isLoRa == true ? 1 : 0]
        }
        for (offset, value) in values.enumerated() where start + offset < answer.count {
            answer[start + offset] = value
        }
    }

    private func writeRegisters(_ parameters: [UInt8]) {
        let address = UInt16(parameters[0]) << 8 | UInt16(parameters[1])
        guard world.now >= registersRestUntil else {
            return note("a register was written \(hex(parameters)) right behind CalibrateImage")
        }
        for (offset, byte) in parameters.dropFirst(2).enumerated() { registers[address &+ UInt16(offset)] = byte }
        if address == 0x0706, parameters.count > 2 {
            let value = Int(parameters[2])
            settings.symbolTimeout = (value >> 3) << (2 * (value & 7) + 1)
        }
    }

    // MARK: Settings

    private func configure(_ code: UInt8, _ parameters: [UInt8]) {
        guard mode == .standby || mode == .standbyXOSC else {
            return refuse("command \(hex([code])) in mode \(mode)")
        }
        if settings.isLoRa == nil, [0x8B, 0x8C, 0xA0, 0x88, 0x8E].contains(code) {
            return refuse("command \(hex([code])) before SetPacketType")
        }
        switch code {
        case 0x8A: setPacketType(parameters[0])
        case 0x86:
            let steps = parameters.reduce(0) { $0 << 8 | Int($1) }
            settings.frequency = (steps * 32_000_000 + 1 << 24) >> 25
        case 0x95:
            settings.amplifier = parameters
            let isLow = parameters[2] == 1
            if isLow != isSX1261 { note("SetPaConfig \(hex(parameters)) is for the other amplifier") }
            registers[0x08E7] = isLow ? 0x18 : 0x38
        case 0x8E: settings.step = Int8(bitPattern: parameters[0])
        case 0x8B: setModulation(parameters)
        case 0x8C: settings.packet = parameters
        case 0x08:
            settings.flagMask = UInt16(parameters[0]) << 8 | UInt16(parameters[1])
            settings.lineMask = UInt16(parameters[2]) << 8 | UInt16(parameters[3])
            updateLine()
        case 0x8F: (settings.transmitBase, settings.receiveBase) = (parameters[0], parameters[1])
        case 0xA0: settings.symbolTimeout = Int(parameters[0])
        case 0x88: settings.detection = parameters
        case 0x93: settings.fallsBackToXOSC = parameters[0] == 0x30
        case 0x9F:
            if parameters[0] != 0 { note("StopTimerOnPreamble: one false preamble leaves the receiver on for ever") }
        default: break
        }
    }

    private func setPacketType(_ type: UInt8) {
        settings.isLoRa = type == 1
        // Both clear what belongs to the other modem.
        settings.symbolTimeout = 0
        (settings.modulation, settings.packet) = ([], [])
        guard type != 1 else { return }
        registers[0x0740] = 0x14
        registers[0x0741] = 0x24
    }

    private func setModulation(_ parameters: [UInt8]) {
        settings.modulation = parameters
        guard settings.isLoRa == true, isLLCC68 else { return }
        let limits: [Int: Int] = [125_000: 9, 250_000: 10, 500_000: 11]
        if let limit = settings.bandwidth.flatMap({ limits[$0] }), settings.spreadingFactor > limit {
            outcome = 5
            note("an LLCC68 does not do SF\(settings.spreadingFactor) at this bandwidth")
        }
    }

    private func calibrate(_ code: UInt8, _ parameters: [UInt8]) {
        guard mode == .standby else { return refuse("command \(hex([code])) in mode \(mode)") }
        switch code {
        case 0x97:
            settings.hasOscillatorVoltage = true
            if !hasTCXO { errors |= 0x0020 }
        case 0x07: errors = 0
        case 0x89:
            work(for: .microseconds(3_500))
            if hasTCXO != settings.hasOscillatorVoltage || faults.hasNoOscillator { errors |= 0x0020 }
            settings.isCalibrated = true
            registers[0x08B5] = register(0x08B5) & ~1
        default:
            imageCalibrations.append(parameters)
            // BUSY does not tell of it (a chip's log).
            registersRestUntil = world.now + .milliseconds(15)
        }
    }
}
