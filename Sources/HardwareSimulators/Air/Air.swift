package import Timekeeping

/// Something with an antenna.
package protocol AirListener: AnyObject {
    /// The first symbol of a preamble begins now.
    func airStarted(_ transmission: AirTransmission)
    /// The last symbol has just ended.
    func airEnded(_ transmission: AirTransmission)
}

/// The ether between devices and gateways: what is sent, who hears it, and a list of everything for the tests that
/// audit duty cycle and timing afterwards.
///
/// A frame is lost for a listener as a whole, by chance from a seed. Two frames at once do not disturb each other, but where
/// ``hasCollisions`` says so.
package final class Air {
    package let world: SimulatedWorld
    /// The chance that one listener hears nothing of one frame, 0 to 1.
    package var lossProbability: Double
    /// Between any two antennas, in decibels.
    package var pathLoss = 110
    /// Two frames at once with the same frequency and spreading factor are both lost. Orthogonal in truth are only other
    /// spreading factors; that the stronger is often heard all the same is left out.
    package var hasCollisions = false
    /// Frames that were lost so.
    package private(set) var collisions = 0
    /// All that has been sent, in the order of their starts.
    package private(set) var transmissions: [AirTransmission] = []
    /// Transmitters that were on and sent no frame, in the order of their starts.
    package private(set) var carriers: [AirCarrier] = []
    private var listeners: [any AirListener] = []
    private var flights: [Flight] = []
    private var random: SeededRandom

    private final class Flight {
        var transmission: AirTransmission
        let audience: [any AirListener]
        var hasCollided = false

        init(_ transmission: AirTransmission, audience: [any AirListener]) {
            self.transmission = transmission
            self.audience = audience
        }
    }

    package init(world: SimulatedWorld, lossProbability: Double = 0, seed: UInt64 = 1) {
        self.world = world
        self.lossProbability = lossProbability
        random = SeededRandom(seed: seed)
    }

    /// Frames sent with normal IQ: the devices' own, each with its start and air-time.
    package var uplinks: [AirTransmission] { transmissions.filter { !$0.invertedIQ } }

    /// How many frames with inverted IQ, which are the network's, began from then on.
    package func downlinks(since instant: MonotonicInstant) -> Int {
        transmissions.reversed().prefix { $0.start >= instant }.count { $0.invertedIQ }
    }

    package func subscribe(_ listener: any AirListener) {
        listeners.append(listener)
    }

    /// Sends a frame at its start, which is now or later.
    ///
    /// - Parameter payloadAtEnd: asked at the end for what was really sent, where that is known only then; nil when the
    ///   sender broke off, and nobody can make sense of the frame.
    package func transmit(_ transmission: AirTransmission, payloadAtEnd: (() -> [UInt8]?)? = nil) {
        guard transmission.start > world.now else { return begin(transmission, payloadAtEnd) }
        world.schedule(at: transmission.start) { [self] in begin(transmission, payloadAtEnd) }
    }

    /// Something begins to radiate.
    /// - Returns: its place in ``carriers``.
    func begin(_ carrier: AirCarrier) -> Int {
        carriers.append(carrier)
        return carriers.count - 1
    }

    /// It is off from now on.
    func endCarrier(_ index: Int) {
        guard carriers.indices.contains(index), carriers[index].end == nil else { return }
        carriers[index].end = world.now
    }

    /// What `listener` could be hearing now, had it not been off until now.
    package func audible(to listener: any AirListener) -> [AirTransmission] {
        flights.filter { $0.audience.contains { $0 === listener } }.map(\.transmission)
    }

    /// dBm at a receiver.
    package func signalStrength(of transmission: AirTransmission) -> Int { transmission.power - pathLoss }

    /// Decibels over the noise of a receiver with a noise figure of 6 dB; a demodulator does not count beyond 12.
    package func signalToNoise(of transmission: AirTransmission) -> Int {
        let noise = transmission.bandwidth <= 125_000 ? -117 : transmission.bandwidth <= 250_000 ? -114 : -111
        return max(-30, min(12, signalStrength(of: transmission) - noise))
    }

    private func collide(_ flight: Flight) {
        for other in flights
        where other.transmission.frequency == flight.transmission.frequency
            && other.transmission.spreadingFactor == flight.transmission.spreadingFactor
        {
            (other.hasCollided, flight.hasCollided) = (true, true)
        }
    }

    private func begin(_ transmission: AirTransmission, _ payloadAtEnd: (() -> [UInt8]?)?) {
        let audience = listeners.filter { _ in
            lossProbability <= 0 || Double.random(in: 0..<1, using: &random) >= lossProbability
        }
        let index = transmissions.count
        transmissions.append(transmission)
        let flight = Flight(transmission, audience: audience)
        if hasCollisions { collide(flight) }
        flights.append(flight)
        for listener in audience { listener.airStarted(transmission) }
        world.schedule(at: transmission.end) { [self] in
            flights.removeAll { $0 === flight }
            if let payloadAtEnd {
                let payload = payloadAtEnd()
                flight.transmission.payload = payload ?? transmission.payload
                flight.transmission.isCorrupt = transmission.isCorrupt || payload == nil
                transmissions[index] = flight.transmission
            }
            if flight.hasCollided {
                flight.transmission.isCorrupt = true
                collisions += 1
            }
            for listener in audience { listener.airEnded(flight.transmission) }
        }
    }
}
