import LoadProfile
import ServerEvents
import UplinkPayload

/// What devices that send sums of their reports have sent of late, in memory: what is forgotten at an end of the program is asked
/// for.
struct SumDesk {
    private struct Place {
        var solver = ParitySolver()
        /// Counts what came of all devices.
        var heardAt: UInt64
    }

    /// Each takes some 10 kB. Of more devices those that were heard longest ago are forgotten: their next sums are in vain for two days.
    static let mostDevices = 4_000

    private var places: [DeviceIdentifier: Place] = [:]
    private var count: UInt64 = 0
    private let most: Int

    init(most: Int = Self.mostDevices) { self.most = max(1, most) }

    var devices: Int { places.count }

    /// A device's reports are kept from its first sum on.
    mutating func hear(_ event: UplinkEvent) -> [ParitySolver.Finding] {
        let kind = UInt8(exactly: event.port).flatMap(ReportKind.init(port:))
        guard kind == .parity || places[event.device] != nil else { return [] }
        count += 1
        let findings = places[event.device, default: Place(heardAt: count)].solver
            .hear(kind, event.payload, counter: event.counter)
        places[event.device]?.heardAt = count
        if places.count > most { forgetOldest() }
        return findings
    }

    mutating func forget(_ device: DeviceIdentifier) { places[device] = nil }

    /// An eighth at once, so that a device more costs little.
    private mutating func forgetOldest() {
        for (device, _) in places.sorted(by: { $0.value.heardAt < $1.value.heardAt }).prefix(max(1, most / 8)) {
            places[device] = nil
        }
    }
}
