import Timekeeping

private typealias Address = SX1276Memory.Address

/// What the transmitter radiates that is no frame.
extension SX1276Simulator {
    /// FSK's transmitter in continuous mode (datasheet 4.2.12): without deviation a carrier, until the mode is changed.
    func beginCarrier(from before: Mode) {
        if memory.deviation != 0 || !memory.isFSKUnkeyed {
            note("continuous mode with a modulation: whatever DIO2 reads is sent")
        }
        if memory[Address.mapping1] >> 4 != 0x0F {
            note("continuous mode with DIO0 or DIO1 mapped: DIO1 gives a clock edge with every bit")
        }
        checkPower(airTime: .zero, isEndless: true)
        radiate(from: world.now + startUpTime(from: before), followsPacket: false)
    }

    /// From then on until ``endCarrier()``.
    func radiate(from start: MonotonicInstant, followsPacket: Bool) {
        let started = operation
        world.schedule(at: start) { [self] in
            guard operation == started else { return }
            carrier = air.begin(
                AirCarrier(
                    frequency: memory.carrier, power: memory.power, followsPacket: followsPacket, start: world.now))
        }
    }

    /// At every change of the mode, and without power.
    func endCarrier() {
        if let carrier { air.endCarrier(carrier) }
        carrier = nil
    }
}
