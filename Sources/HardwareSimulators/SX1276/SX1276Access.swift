import Timekeeping

private typealias Address = SX1276Memory.Address

/// What a read or a write of one register does.
extension SX1276Simulator {
    func read(_ address: UInt8) -> UInt8 {
        if address == Address.presentRSSI, memory.isLoRa, reception != nil { return presentStrength }
        guard address == Address.fifo else { return memory[address] }
        guard mayAccessFIFO() else { return 0 }
        let pointer = memory[Address.fifoPointer]
        memory[Address.fifoPointer] = pointer &+ 1
        return fifo[Int(pointer)]
    }

    func write(_ value: UInt8, to address: UInt8) {
        switch address {
        case Address.fifo:
            guard mayAccessFIFO() else { return }
            let pointer = memory[Address.fifoPointer]
            fifo[Int(pointer)] = value
            memory[Address.fifoPointer] = pointer &+ 1
        case Address.mode:
            writeMode(value)
        case Address.version:
            note("a write to the version register")
        case Address.imageCalibration where !memory.isLoRa:
            writeImageCalibration(value)
        case Address.flags where memory.isLoRa:
            memory[address] &= ~value
            updateDIO0()
        case _ where memory.isLoRa && SX1276Memory.readOnly.contains(address):
            note("a write to register \(address), which is read-only")
        case _ where memory.isLoRa && SX1276Memory.settledOnly.contains(address) && mode != .sleep && mode != .standby:
            note("a write to register \(address) in mode \(mode): sleep or standby is wanted")
        default:
            memory[address] = value
            if address == Address.mapping1 || address == Address.flagMask { updateDIO0() }
        }
    }

    private func mayAccessFIFO() -> Bool {
        guard mode != .sleep else {
            note("an access to the FIFO in sleep mode")
            return false
        }
        return true
    }

    /// The calibration runs in FSK standby with the amplifier off, and takes about 10 ms (datasheet 2.1.3.8).
    private func writeImageCalibration(_ value: UInt8) {
        memory.imageCalibration = value & ~0x60
        senseTemperature()
        guard value & 0x40 != 0 else { return }
        guard mode == .standby, memory[Address.amplifier] == 0 else {
            note(
                "an image calibration in mode \(mode), PaConfig \(memory[Address.amplifier]): standby and 0 are wanted")
            return
        }
        memory.imageCalibration |= 0x20
        let (started, carrier) = (operation, memory.carrier)
        world.schedule(after: .milliseconds(10)) { [self] in
            guard operation == started else { return }
            memory.imageCalibration &= ~0x20
            imageCalibrations.append(carrier)
        }
    }

    /// A masked flag is not raised.
    func raise(_ flags: UInt8) {
        memory[Address.flags] |= flags & ~memory[Address.flagMask]
        updateDIO0()
    }

    /// Datasheet table 18: what drives DIO0.
    func updateDIO0() {
        let source: UInt8 =
            switch memory[Address.mapping1] >> 6 {
            case 0: 0x40
            case 1: 0x08
            case 2: 0x04
            default: 0
            }
        dio0.drive(memory.isLoRa && memory[Address.flags] & source != 0, at: world.now)
    }
}
