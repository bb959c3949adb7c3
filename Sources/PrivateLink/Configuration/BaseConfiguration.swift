public import LoRaWAN
public import Timekeeping

/// What a person decides about the base.
public struct BaseConfiguration: Hashable, Sendable {
    /// The law's limits, and what the data rates mean.
    public var region: Region
    /// The one channel, in hertz; answers go out on it too.
    public var frequency: Int
    /// Who may join.
    public var devices: [DeviceRegistration]
    /// Of all devices, until the base moves them.
    public var dataRate: DataRate
    /// Whether the base moves all devices to the fastest data rate that the weakest bears.
    public var movesDataRate = true
    /// Where devices look for the base that have no word of it: the base listens there for a share of its time.
    public var pairingDataRate: DataRate
    /// Seconds from the end of an uplink to its answer, 1 to 15. All is on the disk before an answer goes out, and cards of
    /// memory may take a second for it.
    public var rxDelay: UInt8 = 2
    /// Hundredths of a dBi; 215 is a half-wave whip.
    public var antennaGain = 215
    /// What the chip can put into the antenna, in dBm.
    public var conductedPower = 2...17
    /// Addresses are drawn from it: two bases that hear each other should have others.
    public var randomSeed: UInt64

    /// A base with what is usual; the properties change that.
    public init(
        region: Region, frequency: Int, dataRate: DataRate, pairingDataRate: DataRate, devices: [DeviceRegistration],
        randomSeed: UInt64
    ) {
        self.region = region
        self.frequency = frequency
        self.dataRate = dataRate
        self.pairingDataRate = pairingDataRate
        self.devices = devices
        self.randomSeed = randomSeed
    }

    /// No divisor and no multiple of what devices report by: at a full hour a report would fall into the share each time.
    public static let pairingPeriod = TimeSpan.minutes(47)
    /// The share of each ``pairingPeriod`` in which the base listens at ``pairingDataRate``, at the end of periods that begin
    /// by chance: the first where all devices were heard within ``missingAfter``, the second where one is missing. A lost device
    /// calls each two minutes.
    public static let pairingShares = (usual: TimeSpan.minutes(3), missing: TimeSpan.minutes(12))
    /// A device that said nothing for so long is looked for, or for two and a half of its usual pauses, within two hours.
    public static let missingAfter = TimeSpan.minutes(30)
    /// A device that was let in and has not spoken after so long may not have heard the answer: it is looked for.
    public static let confirmedAfter = TimeSpan.minutes(3)
    /// dB above what demodulation needs, at the weakest device.
    public static let margin = 10
}

extension BaseConfiguration {
    /// Throws where no base can be made of it.
    public func check() throws(BaseError) {
        do {
            try PrivateNetwork(frequency: frequency, dataRate: dataRate, pairingDataRate: pairingDataRate)
                .check(in: region)
        } catch {
            throw .network(error)
        }
        var seen: Set<DevEUI> = []
        for device in devices where !seen.insert(device.devEUI).inserted { throw .registeredTwice(device.devEUI) }
        guard power >= conductedPower.lowerBound else { throw .antennaGainTooHigh(gain: antennaGain) }
    }

    /// dBm at the radio's pin.
    var power: Int {
        min(
            region.conductedPower(
                within: region.maximumPower, subBand: region.subBand(of: frequency), gain: antennaGain),
            conductedPower.upperBound)
    }
}

extension Region {
    /// Those of 125 kHz, slowest first: among them the base chooses.
    package var narrowDataRates: [DataRate] {
        (0..<UInt8(16)).map { DataRate($0) }.filter {
            canCarry($0) && modulation(of: $0)?.bandwidth == .khz125
        }
    }
}
