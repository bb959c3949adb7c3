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
