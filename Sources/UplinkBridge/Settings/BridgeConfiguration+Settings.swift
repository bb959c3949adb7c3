package import BridgeConfiguration
import BridgePlanning
import BridgeStore
import Timekeeping
package import UplinkPayload

extension BridgeConfiguration {
    /// The settings that downlinks may change, as the file has them.
    package var settings: BridgeSettings {
        BridgeSettings(
            reports: reports.map { .init(seconds: $0.every.seconds) },
            limits: (meters.map { ($0.number, $0.alarmLimits) } + pulses.map { ($0.number, $0.alarmLimits) })
                .sorted { $0.0 < $1.0 }.map(\.1),
            dailyAirTime: lorawan.dailyAirTime.map(Self.tenths))
    }

    /// What downlinks may ask for. The network's air-time can be lowered from afar, and raised up to what the file says.
    package var settingsBounds: SettingsBounds {
        let most = lorawan.dailyAirTime.map(Self.tenths) ?? Self.longestAirTime
        return SettingsBounds(
            reports: reports.map(\.kind), meterCount: meterNames.count,
            airTime: min(Self.shortestAirTime, most)...most, mayLiftAirTime: lorawan.dailyAirTime == nil,
            mostIntervals: Int(StateStore.intervalDays) * 96)
    }

    /// Two answers of 51 bytes at SF12.
    private static let shortestAirTime = 60
    /// What 16 bits of tenths hold; a tenth of a day is the most that any sub-band allows.
    private static let longestAirTime = 0xFFFE

    private static func tenths(_ span: TimeSpan) -> Int { Int(clamping: span.nanoseconds / 100_000_000) }
}
