package import HardwareSimulators
import Timekeeping

/// What the network really sent a device, held against the network's fair use.
///
/// The Things Network's policy is 10 downlinks within 24 hours, "including the ACKs for confirmed uplinks"
/// (<https://www.thethingsnetwork.org/forum/t/fair-use-policy-explained/1300>), and in the same place all that answers a
/// device, as LinkCheckAns, counts too. A join-accept is none of them here: it belongs to no session, and how many there may
/// be is for the budget of join-requests (TR007).
package struct DownlinkAudit: Sendable {
    /// Of some downlinks, each once, by the first of its reasons.
    package struct Tally: Hashable, Sendable, CustomStringConvertible {
        /// With a payload for the device, whatever else is in it.
        package var payloads = 0
        /// To confirmed uplinks.
        package var acknowledgements = 0
        /// To ADRACKReq, LinkCheckReq and DeviceTimeReq.
        package var answers = 0
        /// MAC commands of the network itself.
        package var orders = 0

        package init() {}

        package var all: Int { payloads + acknowledgements + answers + orders }

        /// All, and in brackets those of each kind, in this order.
        package var description: String { "\(all) (\(payloads) + \(acknowledgements) + \(answers) + \(orders))" }
    }

    /// The 24 hours with the most that counts.
    package let busiestDay: Tally
    /// In all the time.
    package let joinAccepts: Int

    /// - Parameter downlinks: in the order of their times.
    package init(_ downlinks: [ServerDownlink]) {
        joinAccepts = downlinks.count { $0.contents.contains(.joinAccept) }
        let counted = downlinks.filter { !$0.contents.contains(.joinAccept) }
        var (first, most) = (0, 0..<0)
        for (last, downlink) in counted.enumerated() {
            while downlink.at - counted[first].at >= .hours(24) { first += 1 }
            if last + 1 - first > most.count { most = first..<last + 1 }
        }
        busiestDay = counted[most].reduce(into: Tally()) { $0.add($1.contents) }
    }
}

extension DownlinkAudit.Tally {
    mutating func add(_ contents: DownlinkContents) {
        if contents.contains(.payload) {
            payloads += 1
        } else if contents.contains(.acknowledgement) {
            acknowledgements += 1
        } else if contents.contains(.answer) {
            answers += 1
        } else {
            orders += 1
        }
    }
}
