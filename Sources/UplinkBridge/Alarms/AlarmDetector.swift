package import HardwareInterfaces
import MeterValues
import SmartMeter
import Timekeeping
import UplinkPayload

/// Turns what is read of the meters into alarms, in the thread that reads them.
package final class AlarmDetector {
    private let settings: SettingsStore
    private let mailbox: AlarmMailbox
    private let clock: any Clock
    private var watches: [Int: AlarmWatch] = [:]

    /// - Parameter mailbox: where the alarms wait for the thread that sends.
    package init(settings: SettingsStore, mailbox: AlarmMailbox, clock: any Clock) {
        self.settings = settings
        self.mailbox = mailbox
        self.clock = clock
    }

    /// How long the meter may be silent; nil for ever.
    func silenceLimit(ofMeter number: Int) -> TimeSpan? {
        limits(ofMeter: number)[.silence].map { .minutes(Int64($0)) }
    }

    func take(_ taken: TakenReading, ofMeter number: Int) {
        let utc = taken.isDated ? taken.reading.time : nil
        var watch = watches[number] ?? AlarmWatch(meter: number)
        let alarms = watch.take(
            taken.reading, limits: limits(ofMeter: number), at: clock.monotonic, utc: utc)
        watches[number] = watch
        for alarm in alarms { mailbox.put(alarm) }
        // An outage is told when it is over: while it lasts nobody measures. Nobody says how long it was.
        if taken.powerHadFailed {
            mailbox.put(Alarm(.outage, meter: number, isActive: false, time: utc, value: nil))
        }
    }

    func note(_ event: MeterEvent, ofMeter number: Int) {
        let (isActive, span): (Bool, TimeSpan)
        switch event {
        case .silent(let silence): (isActive, span) = (true, silence)
        case .returned(let silence): (isActive, span) = (false, silence)
        default: return
        }
        mailbox.put(
            Alarm(
                .silence, meter: number, isActive: isActive, time: clock.isUTCTrusted ? clock.utc : nil,
                value: Int(clamping: span.seconds / 60), limit: limits(ofMeter: number)[.silence]))
    }

    private func limits(ofMeter number: Int) -> [AlarmLimit: Int] {
        let limits = settings.inForce.limits
        return limits.indices.contains(number) ? limits[number] : [:]
    }
}
