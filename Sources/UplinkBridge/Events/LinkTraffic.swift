package import LoRaWAN
import RadioDrivers
package import Timekeeping

/// A frame that is about to go on the air, stored and paid for.
package struct LinkTransmission: Hashable, Sendable {
    /// PHYPayload; nil where a module makes it.
    package let bytes: Int?
    package let modulation: Modulation?
    /// Carrier in hertz; nil where a module hops by itself.
    package let frequency: Int?
    /// Conducted, in dBm; nil where a module chooses.
    package let power: Int?
    /// On-time; of a module with all its repetitions.
    package let airTime: TimeSpan

    init(_ transmission: Transmission) {
        bytes = transmission.payload.count
        modulation = transmission.modulation
        frequency = transmission.frequency
        power = transmission.power
        airTime = AirTime.of(bytes: transmission.payload.count, modulation: transmission.modulation)
    }

    init(_ transmission: ModuleTransmission, region: Region) {
        (bytes, frequency, power) = (nil, nil, nil)
        modulation = region.modulation(of: transmission.dataRate)
        airTime = transmission.airTime
    }
}

/// Application data from the network.
package struct LinkDownlink: Hashable, Sendable {
    /// FPort 1 to 223.
    package let port: UInt8
    package let payload: [UInt8]
    /// dBm; nil where a module does not tell.
    package let rssi: Int?
    /// Quarters of a decibel; nil where a module does not tell.
    package let snrQuarters: Int?

    init(port: UInt8, payload: [UInt8], rssi: Int? = nil, snrQuarters: Int? = nil) {
        (self.port, self.payload) = (port, payload)
        (self.rssi, self.snrQuarters) = (rssi, snrQuarters)
    }

    init(_ downlink: Downlink) {
        self.init(
            port: downlink.port, payload: downlink.payload, rssi: downlink.rssi, snrQuarters: downlink.snrQuarters)
    }

    init(_ downlink: ModuleDownlink) {
        self.init(
            port: downlink.port, payload: downlink.payload, rssi: downlink.signal?.rssi,
            snrQuarters: downlink.signal?.snrQuarters)
    }
}
