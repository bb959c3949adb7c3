import Timekeeping
import UplinkPayload

/// What law and regional parameters ask of the uplinks of a region. Written from the documents and apart from the
/// device's own tables, which it judges.
package enum AirTimeLaw {
    /// A piece of spectrum in which uplinks may be sent.
    package struct Band {
        let hertz: Range<Int>
        /// The share of any hour that a device may send in it; nil where there is no limit.
        var permille: Int64?
        /// The longest that a frame may last.
        var dwell: TimeSpan?

        var hourlyLimit: TimeSpan? { permille.map { .hours(1) * $0 / 1_000 } }
        package var name: String {
            let ends = [hertz.lowerBound, hertz.upperBound].map { FixedPoint(coefficient: Int64($0), decimals: 6) }
            return "\(ends[0])-\(ends[1]) MHz"
        }
    }

    /// None for a region that is not known: then every frame is a stray one.
    static func bands(ofRegion name: String) -> [Band] { regions[name] ?? [] }

    private static let regions = [
        // ERC/REC 70-03, annex 1.
        "EU868": [
            Band(hertz: 863_000_000..<865_000_000, permille: 1), Band(hertz: 865_000_000..<868_000_000, permille: 10),
            Band(hertz: 868_000_000..<868_600_000, permille: 10), Band(hertz: 868_700_000..<869_200_000, permille: 1),
            Band(hertz: 869_400_000..<869_650_000, permille: 100),
            Band(hertz: 869_700_000..<870_000_000, permille: 10),
        ],
        // RP002 2.10: no duty cycle.
        "IN865": [Band(hertz: 865_000_000..<867_000_000)],
        // RP002 2.11: channels of 200 kHz around 920.9 to 923.3 MHz; listen before talk, no duty cycle.
        "KR920": [Band(hertz: 920_800_000..<923_400_000)],
        // RP002 2.9.2 and 2.9.4: 1 % in all channels together, and 400 ms until the network says otherwise.
        "AS923": [Band(hertz: 915_000_000..<928_000_000, permille: 10, dwell: .milliseconds(400))],
        // FCC 15.247: 400 ms on a channel.
        "US915": [Band(hertz: 902_000_000..<928_000_000, dwell: .milliseconds(400))],
        // RP002 2.8.4: 400 ms until the network says otherwise.
        "AU915": [Band(hertz: 915_000_000..<928_000_000, dwell: .milliseconds(400))],
    ]
}
