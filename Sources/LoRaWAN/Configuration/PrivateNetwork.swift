/// A network of one channel whose base is not on the internet but in the living room: what a device has to know of it.
///
/// The device is one of LoRaWAN 1.0.4 class A; what differs is where it looks for its network. There is one channel. The base
/// tells with the join-accept at which data rate it listens, in the field of RX2, which such a network has no other use for,
/// and later with LinkADRReq. A device without a word of the base does not back off step by step: it calls at the pairing data
/// rate, which the base listens to for a share of each hour. The law alone limits what it sends (TR007's budget of
/// join-requests is for networks of strangers).
public struct PrivateNetwork: Hashable, Sendable {
    /// The one channel, in hertz.
    public var frequency: Int
    /// Where the base listens, as long as it has not said otherwise.
    public var dataRate: DataRate
    /// Where it listens for those that it has lost.
    public var pairingDataRate: DataRate

    /// A network of one channel.
    public init(frequency: Int, dataRate: DataRate, pairingDataRate: DataRate) {
        self.frequency = frequency
        self.dataRate = dataRate
        self.pairingDataRate = pairingDataRate
    }

    /// For the state: a session of another network, or of another channel, is worth nothing here.
    public var medium: String { "private \(frequency)" }
}

/// Why there can be no network of one channel.
public enum PrivateNetworkError: Error, Hashable, Sendable {
    /// No channel may stand there.
    case frequency(Int, region: String)
    /// The region has no such data rate in LoRa for uplinks and their answers.
    case dataRate(DataRate, region: String)
    /// The channels of a fixed plan are hopped over (47 CFR 15.247): one of 125 kHz alone is not allowed.
    case hoppingRegion(String)
    /// The law wants the channel heard before each frame: an answer at an exact time can't wait for silence.
    case listeningRegion(String)
}

extension PrivateNetworkError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .frequency(let hertz, let region):
            "\(region) has no channel at \(hertz) Hz: choose one that lies within a sub-band with all of its width"
        case .dataRate(let rate, let region): "\(rate) is no data rate of LoRa in \(region)"
        case .hoppingRegion(let region):
            "\(region) wants hopping over many channels, and a base has one: it needs a network with a gateway"
        case .listeningRegion(let region):
            "\(region) wants the channel heard before each frame, which a base can't do at the exact time of its answers"
        }
    }
}

extension PrivateNetwork {
    /// Throws where the region does not bear it.
    public func check(in region: Region) throws(PrivateNetworkError) {
        guard region.isDynamic else { throw .hoppingRegion(region.name) }
        guard region.carrierSense == nil else { throw .listeningRegion(region.name) }
        guard region.allows(frequency: frequency) else { throw .frequency(frequency, region: region.name) }
        for rate in [dataRate, pairingDataRate] where !region.canCarry(rate) {
            throw .dataRate(rate, region: region.name)
        }
        // All of the signal lies within the sub-band, and not its middle alone.
        let widest = [dataRate, pairingDataRate].compactMap { region.modulation(of: $0)?.bandwidth?.hertz }.max() ?? 0
        guard let index = region.subBand(of: frequency),
            region.subBands[index].frequencies.contains(frequency - widest / 2),
            region.subBands[index].frequencies.contains(frequency + widest / 2)
        else { throw .frequency(frequency, region: region.name) }
    }

    /// Where the region's law gives most: the channel of RX2, which has 10 % in EU868.
    public static func usualFrequency(in region: Region) -> Int { region.rx2Frequency }
}

extension DeviceConfiguration {
    /// Makes a device of a private network of it. The region keeps its name and its law, so that what was sent in the last hour
    /// counts on.
    public mutating func join(_ network: PrivateNetwork) {
        privateNetwork = network
        region = region.oneChannel(network)
        dataRate = network.dataRate
        dailyAirTime = nil
        adr = true
        channelMask = nil
        medium = network.medium
    }
}

extension Region {
    /// Whether a network of one channel can use it: LoRa, and the answers in RX1 at the same rate.
    package func canCarry(_ dataRate: DataRate) -> Bool {
        modulation(of: dataRate)?.spreadingFactor != nil && isUsable(dataRate, dwell: false)
            && rx1DataRate(uplink: dataRate, offset: 0) == dataRate
    }

    /// The region's law with one channel.
    func oneChannel(_ network: PrivateNetwork) -> Region {
        Region(
            name: name, servers: servers, plan: plan, dataRates: dataRates,
            defaultChannels: [
                DefaultChannel(frequency: network.frequency, dataRates: DataRate(0)...DataRate(7))
            ],
            frequencies: frequencies, raster: raster, subBands: subBands, powerReference: powerReference,
            maximumPower: maximumPower, lastPowerIndex: lastPowerIndex, rx1DataRates: rx1DataRates,
            rx2Frequency: network.frequency, rx2DataRate: network.dataRate,
            joinDataRates: [network.pairingDataRate, network.dataRate], txParameters: txParameters,
            carrierSense: carrierSense)
    }
}
