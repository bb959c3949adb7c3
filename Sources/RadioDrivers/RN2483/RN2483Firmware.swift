import LoRaWAN
import Timekeeping

/// What a module says of itself: "RN2483 1.0.5 Oct 31 2018 15:06:52".
package struct RN2483Firmware: Hashable, Sendable {
    package enum Model: String, Hashable, Sendable {
        /// 433 and 868 MHz; RN2483A answers with this name too.
        case rn2483 = "RN2483"
        /// 915 MHz.
        case rn2903 = "RN2903"
    }

    package let model: Model
    /// Letters before the version: "SA" and "AU" are firmwares for 915 to 928 MHz; empty for Microchip's usual one.
    package let variant: String
    package let version: Version

    package struct Version: Hashable, Comparable, Sendable, CustomStringConvertible {
        package let major, minor, patch: Int

        package init(_ major: Int, _ minor: Int, _ patch: Int) {
            (self.major, self.minor, self.patch) = (major, minor, patch)
        }

        package static func < (lhs: Self, rhs: Self) -> Bool {
            (lhs.major, lhs.minor, lhs.patch) < (rhs.major, rhs.minor, rhs.patch)
        }

        package var description: String { "\(major).\(minor).\(patch)" }
    }

    package init(model: Model, variant: String = "", version: Version) {
        self.model = model
        self.variant = variant
        self.version = version
    }

    /// - Parameter banner: nil for a line that is no banner.
    package init?(banner: some StringProtocol) {
        let words = banner.split(separator: " ")
        guard words.count >= 2 else { return nil }
        let name = words[0].hasSuffix("A") ? words[0].dropLast() : words[0]
        guard let model = Model(rawValue: String(name)) else { return nil }
        // Of other bands: "RN2903 SA1.0.3 ...", "RN2903 AU 0.9.7rc7".
        var variant = ""
        for word in words.dropFirst().prefix(2) {
            let letters = word.prefix { $0.isLetter }
            variant += letters
            let parts = word.dropFirst(letters.count).split(separator: ".").map { Int($0.prefix { $0.isNumber }) }
            guard parts.count == 3, let major = parts[0], let minor = parts[1], let patch = parts[2] else { continue }
            self.init(model: model, variant: variant, version: Version(major, minor, patch))
            return
        }
        return nil
    }
}

extension RN2483Firmware: CustomStringConvertible {
    package var description: String { "\(model.rawValue) \(variant)\(version)" }
}

/// What differs from firmware to firmware; each row applies to a range of versions. (Microchip DS40001784 revisions B to
/// G, the sources of the firmwares 1.0.3 to 1.0.6 that Microchip has published, and what the field reports.)
struct RN2483Quirks: Hashable, Sendable {
    /// `mac get|set upctr|dnctr` exist. Without them a session cannot be taken up again after a reset.
    var hasCounters = true
    /// How long the line must be held low for the module to measure the speed anew.
    var shortestBreak = TimeSpan.milliseconds(2)
    /// Output in dBm by `pwridx`, strongest first, of an RN2483. In both bands it takes the table of 868 MHz.
    var powers = Self.powers(1, [14, 11, 8, 5, 2])

    /// A step of the output power.
    struct PowerStep: Hashable, Sendable {
        let index: Int
        /// dBm.
        let power: Int
    }

    /// RN2903: what every firmware takes (before 1.0.5 not 6).
    static let powersOf915 = powers(5, [20]) + powers(7, [16, 14, 12, 10])

    init(_ firmware: RN2483Firmware?) {
        guard let firmware else { return }
        for row in Self.table where row.versions.contains(firmware.version) { row.change(&self) }
    }

    private static var table: [(versions: ClosedRange<RN2483Firmware.Version>, change: (inout RN2483Quirks) -> Void)] {
        [
            (.init(0, 0, 0)...(.init(0, 9, 999)), { $0.hasCounters = false }),
            (.init(1, 0, 3)...(.init(1, 0, 3)), { $0.shortestBreak = .milliseconds(20) }),
            // LoRaWAN 1.0.2, where a step is 2 dB.
            (.init(1, 0, 5)...(.init(9, 9, 9)), { $0.powers = Self.powers(1, [14, 12, 10, 8, 6, 4, 2]) }),
        ]
    }

    private static func powers(_ first: Int, _ powers: [Int]) -> [PowerStep] {
        powers.enumerated().map { PowerStep(index: first + $0.offset, power: $0.element) }
    }

    func powers(in region: Region) -> [PowerStep] {
        region.plan == .dynamic ? powers : Self.powersOf915
    }
}
