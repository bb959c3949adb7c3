import HardwareInterfaces
import SmartMeter
import Timekeeping
import UplinkBridge

extension Setup {
    /// How long a telegram is waited for whose line is known: three frames of a slow meter.
    static let keyPatience = TimeSpan.seconds(40)

    /// Listens to lines at once, each until it is clear what speaks there.
    /// - Parameter what: is waited for; for the person who waits.
    func listen(
        to paths: [String], keys: MeterKeys? = nil, settings: SerialSettings? = nil, patience: TimeSpan,
        _ what: String
    ) throws(SetupStop) -> [HeardMeter] {
        let clock = devices.examined.clock
        let began = clock.monotonic
        let lines = paths.map {
            LineListener(path: $0, keys: keys, settings: settings, at: began, open: devices.listen)
        }
        defer { dialogue.progress("") }
        while true {
            let now = clock.monotonic
            for line in lines where !line.isDecided { line.poll(at: now) }
            let isOver = now - began >= patience || isEnough(lines, after: now - began)
            let isHurried = try dialogue.isHurried()
            if isOver || isHurried { return lines.map { $0.heard(at: now) } }
            let rest = TimeSpan.seconds((began + patience - now).seconds + 1)
            dialogue.progress("\(what), up to \(rest) more (Enter: no longer)")
            try wait(for: lines.filter { !$0.isDecided }, until: min(now + .seconds(1), began + patience))
        }
    }

    /// Ports that have brought nothing by the time of the slowest P1 meter need not be waited for, when another has spoken.
    private func isEnough(_ lines: [LineListener], after span: TimeSpan) -> Bool {
        let open = lines.filter { !$0.isDecided }
        if open.isEmpty { return true }
        return open.count < lines.count && span >= SettingsSearch.patience && open.allSatisfy(\.isSilent)
    }

    private func wait(for lines: [LineListener], until end: MonotonicInstant) throws(SetupStop) {
        let deadlines = lines.compactMap(\.nextDeadline) + [end]
        do {
            try devices.examined.waiter.wait(
                for: lines.compactMap(\.pollDescriptor) + dialogue.pollDescriptors, until: deadlines.min())
        } catch {
            throw .failed("\(error)")
        }
    }
}
