import BridgeConfiguration
package import CollectorStore
import LoadProfile
import MeterValues
package import ServerEvents
package import Timekeeping
package import UplinkPayload

/// Says what of a message is stored. It has no memory and asks nobody, so that it says the same of the same message.
package struct UplinkJudge: Sendable {
    package enum Verdict: Sendable {
        case stored(StoredUplink, warning: StoredTrouble?)
        /// An answer to a downlink's commands.
        case reply(StoredUplink, DecodedReport)
        case downlink(DownlinkEvent)
        /// It says nothing of readings, and nothing is wrong with it.
        case passed
        case refused(StoredTrouble)
    }

    private let fleets: Fleets

    /// A bridge whose clock is ahead by less is believed.
    package static let tolerance = TimeSpan.hours(1)

    package init(_ fleets: Fleets) { self.fleets = fleets }

    /// - Parameters:
    ///   - event: ChirpStack's name of it, where topic or query tell.
    ///   - topic: at which it came.
    package func judge(
        _ bytes: [UInt8], event: String? = nil, topic: String? = nil, at now: UTCInstant
    ) -> Verdict {
        do {
            switch try ServerEvent(json: bytes, event: event) {
            case .uplink(let uplink): return judge(uplink, topic: topic, at: now)
            case .downlink(let downlink): return .downlink(downlink)
            case .other: return .passed
            }
        } catch {
            return .refused(StoredTrouble(kind: TroubleKind.unreadable.rawValue, at: now, text: "\(error)"))
        }
    }

    package func judge(_ uplink: UplinkEvent, topic: String? = nil, at now: UTCInstant) -> Verdict {
        func refused(_ kind: TroubleKind, _ text: String) -> Verdict {
            .refused(StoredTrouble(kind: kind.rawValue, at: now, text: "\(uplink.device): \(text)"))
        }
        // MAC commands alone, or a module's empty frame.
        guard uplink.port > 0, !uplink.payload.isEmpty else { return .passed }
        guard let fleet = fleets.fleet(of: uplink.device) else {
            return refused(.unknownDevice, "is in no [[fleet]]")
        }
        guard !uplink.isSimulated else { return refused(.simulated, "an uplink that was typed into the console") }
        guard let kind = UInt8(exactly: uplink.port).flatMap(ReportKind.init(port:)) else {
            return refused(.otherPort, "port \(uplink.port) carries nothing of a bridge")
        }
        var stored = StoredUplink(
            event: uplink, receivedAt: min(uplink.receivedAt ?? now, now), fleet: fleet.name, topic: topic)
        do throws(DecodeError) {
            if kind == .intervals {
                stored.registers = RegisterReport.all(in: try fleet.layouts.schema.intervalReport(uplink.payload))
            } else {
                let report = try fleet.layouts.schema.decode(port: uplink.port, uplink.payload)
                if kind == .reply { return .reply(stored, report) }
                if kind != .readings, kind != .parity { stored.message = (kind.name, report.json) }
            }
        } catch {
            return refused(.undecodable, "\(error)")
        }
        if let newest = stored.registers.map(\.newest).max(), newest.time - now > Self.tolerance {
            return refused(.future, "a report of \(newest), at \(now)")
        }
        return .stored(stored, warning: clockWarning(uplink, at: now))
    }

    /// What an intervals report says that was computed; nil where it is no report of the bridge.
    func registers(of payload: [UInt8], from uplink: StoredUplink, at now: UTCInstant) -> [RegisterReport]? {
        var event = uplink.event
        (event.port, event.payload) = (Int(ReportKind.intervals.port), payload)
        guard case .stored(let stored, _) = judge(event, at: now) else { return nil }
        return stored.registers
    }

    /// What came is stored all the same, as of now.
    private func clockWarning(_ uplink: UplinkEvent, at now: UTCInstant) -> StoredTrouble? {
        guard let time = uplink.receivedAt, time - now > Self.tolerance else { return nil }
        return StoredTrouble(
            kind: TroubleKind.serverClock.rawValue, at: now, text: "\(uplink.device): received at \(time), it is \(now)"
        )
    }
}
