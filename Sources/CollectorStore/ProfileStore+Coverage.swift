import LoadProfile
import MeterValues
import ServerEvents

extension ProfileStore {
    /// Adds registers whose profiles have to be read for it: those that began anew, or fell.
    func add(
        _ registers: [StoredRegister], in range: Range<QuarterHour>, to sums: inout [DeviceIdentifier: Coverage]
    ) throws(ProfileStoreError) {
        for register in registers {
            let profile = try profile(of: register, days: range.lowerBound.day...range.upperBound.day)
            let known = profile.coverage(of: max(range.lowerBound, register.known.lowerBound)..<range.upperBound)
            sums[register.device, default: Coverage()] = sums[register.device, default: Coverage()] + known
        }
    }
}
