/// How well the network hears the device, by its answer to a LinkCheckReq, and the device the network.
package struct LinkQuality: Hashable, Sendable, Codable {
    /// Decibels above what the best gateway needs at this data rate.
    package var margin: Int
    package var gateways: Int
    /// Of the answer: dBm, decibels.
    package var rssi: Int?
    package var snr: Double?
    package var agoSeconds: Double

    package init(margin: Int, gateways: Int, rssi: Int?, snr: Double?, agoSeconds: Double) {
        self.margin = margin
        self.gateways = gateways
        self.rssi = rssi
        self.snr = snr
        self.agoSeconds = agoSeconds
    }

    /// What is lost in a summer's leaves, in rain, and behind a car.
    private static let comfortable = 10
    private static let edge = 5

    package var isWell: Bool { margin >= Self.edge && gateways > 0 }

    /// One sentence: what was measured, and what to do.
    package var words: String {
        let by = gateways == 1 ? "1 gateway" : "\(gateways) gateways"
        let here = rssi.map { rssi in ", and hears it with \(rssi) dBm" + (snr.map { " (SNR \($0) dB)" } ?? "") } ?? ""
        let advice =
            switch margin {
            case ..<Self.edge: ": that is the edge, move the antenna, higher and nearer to a window"
            case ..<Self.comfortable: ": enough for now, a better place of the antenna would keep it so"
            default: gateways == 1 ? ": well; should this gateway fail, nothing else hears it" : ": well"
            }
        return "heard by \(by) with \(margin) dB to spare\(here)\(advice)"
    }
}
