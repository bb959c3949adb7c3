import Timekeeping

private typealias Address = SX1276Memory.Address
private typealias PacketAddress = SX1276Memory.PacketAddress

/// What a read or a write of one register does.
extension SX1276Simulator {
    func read(_ address: UInt8) -> UInt8 {
        switch address {
        case Address.fifo:
            guard mayAccessFIFO() else { return 0 }
            guard memory.isLoRa else { return takeFromFIFO() }
            let pointer = memory[Address.fifoPointer]
            memory[Address.fifoPointer] = pointer &+ 1
            return fifo[Int(pointer)]
        case Address.version: return faults.version ?? memory[address]
        case Address.presentRSSI where memory.isLoRa && reception != nil: return presentStrength
        case PacketAddress.present where !memory.isLoRa && mode == .receiveContinuous:
            return UInt8(clamping: -2 * (Int(presentStrength) + memory.strengthOffset))
        case PacketAddress.receiverFlags where !memory.isLoRa: return packet.receiverFlags
        case PacketAddress.packetFlags where !memory.isLoRa: return packetFlags
        default: return memory[address]
        }
    }

    func write(_ value: UInt8, to address: UInt8) {
        switch address {
        case Address.fifo:
            guard mayAccessFIFO() else { return }
            guard memory.isLoRa else { return putIntoFIFO(value) }
            let pointer = memory[Address.fifoPointer]
            fifo[Int(pointer)] = value
            memory[Address.fifoPointer] = pointer &+ 1
        case Address.mode:
            if !faults.ignoresModes { writeMode(value) }
        case Address.version:
            note("a write to the version register")
        case Address.imageCalibration where !memory.isLoRa:
            writeImageCalibration(value)
        case PacketAddress.packetFlags where !memory.isLoRa:
            if value & 0x10 != 0 { packet = PacketEngine(receiverFlags: packet.receiverFlags) }
            updatePins()
        case PacketAddress.receiverFlags where !memory.isLoRa: break
        case Address.flags where memory.isLoRa:
            memory[address] &= ~value
            updatePins()
        case _ where memory.isLoRa && SX1276Memory.readOnly.contains(address):
            note("a write to register \(address), which is read-only")
        case _ where mode != .sleep && mode != .standby && memory.isSettledOnly(address):
            note("a write to register \(address) in mode \(mode): sleep or standby is wanted")
        default:
            memory[address] = value
            updatePins()
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
        updatePins()
    }

    /// Datasheet tables 18 and 30: what drives DIO0 and DIO1.
    func updatePins() {
        let (first, second) = (memory[Address.mapping1] >> 6, memory[Address.mapping1] >> 4 & 3)
        guard memory.isLoRa else {
            let source: UInt8 = mode == .transmit ? 0x08 : mode == .receiveContinuous ? 0x04 : 0
            dio0.drive(first == 0 && packetFlags & source != 0, at: world.now)
            dio1.drive(second < 2 && packetFlags & [0x20, 0x40][Int(second)] != 0, at: world.now)
            return
        }
        let flags = memory[Address.flags]
        dio0.drive(first < 3 && flags & [0x40, 0x08, 0x04][Int(first)] != 0, at: world.now)
        dio1.drive(second < 3 && flags & [0x80, 0x02, 0x01][Int(second)] != 0, at: world.now)
    }
}
