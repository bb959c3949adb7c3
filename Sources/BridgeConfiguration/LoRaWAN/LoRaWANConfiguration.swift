package import LoRaWAN
package import Timekeeping

/// The device as it is registered in the network server.
package struct LoRaWANConfiguration: Sendable {
    package var region: Region
    package var deviceClass: DeviceClass
    package var devEUI: DevEUI
    /// The join, or the session that needs none, with its keys.
    package var activation: Activation
    /// The eight channels of a fixed plan that the network listens on, and the wide one among them: 1 to 8; nil where that
    /// is for the network, or the join, to show.
    package var subBand: Int?
    /// Adaptive data rate: the network sets data rate and power.
    package var adaptiveDataRate: Bool
    /// To begin with, and for ever without ADR; nil for that of the join-request that was answered.
    package var dataRate: DataRate?
    /// The slowest data rate that each report must fit.
    package var lowestDataRate: DataRate
    /// Uplink air-time that the network allows in 24 hours; nil when it sets no limit.
    package var dailyAirTime: TimeSpan?
    /// Downlinks that the network allows in 24 hours, acknowledgements included; nil when it sets no limit.
    package var dailyDownlinks: Int?
    /// Of the antenna with its cable, in tenths of dBi.
    package var antennaGainTenths: Int
    /// What the radio may put out at most, in dBm.
    package var maximumPower: Int
    /// A certification bench may take the device over through FPort 224 (TS009).
    package var certificationMode: Bool

    package init(
        region: Region, deviceClass: DeviceClass, devEUI: DevEUI, activation: Activation, subBand: Int? = nil,
        adaptiveDataRate: Bool, dataRate: DataRate? = nil, lowestDataRate: DataRate, dailyAirTime: TimeSpan? = nil,
        dailyDownlinks: Int? = nil, antennaGainTenths: Int, maximumPower: Int, certificationMode: Bool
    ) {
        self.region = region
        self.deviceClass = deviceClass
        self.devEUI = devEUI
        self.activation = activation
        self.subBand = subBand
        self.adaptiveDataRate = adaptiveDataRate
        self.dataRate = dataRate
        self.lowestDataRate = lowestDataRate
        self.dailyAirTime = dailyAirTime
        self.dailyDownlinks = dailyDownlinks
        self.antennaGainTenths = antennaGainTenths
        self.maximumPower = maximumPower
        self.certificationMode = certificationMode
    }

    /// Bytes that every uplink has room for, at the data rates in use.
    package var smallestPayload: Int { region.smallestPayload(from: lowestDataRate) }

    /// What a person should be told at each start, because it is not meant for a bridge in service.
    package var warnings: [String] {
        guard certificationMode else { return [] }
        return [
            "CERTIFICATION MODE: whoever has the session's keys can take this device over through FPort 224 and switch its "
                + "duty cycle off. For a test bench only; remove \"certification\" from [lorawan] anywhere else"
        ]
    }
}

extension Region {
    /// The data rates of uplinks, slowest first: those of the default channels that the radio can do.
    package var uplinkDataRates: [DataRate] {
        (0..<UInt8(16)).map { DataRate($0) }.filter { rate in
            modulation(of: rate) != nil && defaultChannels.contains { $0.dataRates.contains(rate) }
        }
    }

    /// Bytes of application payload that fit at every data rate from `lowest` up, with and without a limit on the dwell
    /// time where the network may set one (TXParamSetupReq): the slowest rates fall away with the limit, and the next
    /// ones carry less.
    package func smallestPayload(from lowest: DataRate) -> Int {
        let dwells = txParameters == nil ? [false] : [false, true]
        let sizes = uplinkDataRates.filter { $0 >= lowest }.flatMap { rate in
            dwells.map { maximumPayload(at: rate, dwell: $0) }
        }
        return sizes.filter { $0 > 0 }.min() ?? 0
    }
}
