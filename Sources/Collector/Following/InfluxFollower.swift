package import CollectorStore
import FoundationEssentials
import HardwareInterfaces
import LinuxHardware
import LoadProfile
import MeterValues
import Timekeeping

/// An InfluxDB, which takes lines over HTTP (v1 `/write`, v2 and v3 `/api/v2/write`). The same again changes nothing there: a
/// point of the same series and time is written over.
package final class InfluxFollower: Follower {
    private let configuration: InfluxConfiguration
    private let store: any ProfileStore
    private let client: WebClient
    private let time = LocalTime(.gmt)

    package init(_ configuration: InfluxConfiguration, store: any ProfileStore, isStopped: @escaping () -> Bool) {
        self.configuration = configuration
        self.store = store
        client = WebClient(
            configuration.address, authorities: configuration.authorities, isStopped: isStopped)
    }

    /// It takes all or nothing.
    package let refused: Set<Int64> = []

    package func deliver(_ days: [UnsentDay]) throws(FollowerError) {
        var lines: [UInt8] = []
        do throws(ProfileStoreError) {
            for day in days { lines += try self.lines(of: day) }
        } catch {
            throw FollowerError(error)
        }
        if !lines.isEmpty { try write(lines) }
    }

    /// The quarter-hours of the day, and the one before, whose use ends with it.
    private func lines(of each: UnsentDay) throws(ProfileStoreError) -> [UInt8] {
        let profile = try store.profile(of: each.register, days: each.day - 1...each.day + 1)
        let begin = QuarterHour(startOfDay: each.day)
        var (form, lines) = (InfluxForm(), [UInt8]())
        form.begin(each.register, into: &lines)
        profile.forEachQuarter(in: QuarterHour(number: begin.number - 1)..<QuarterHour(startOfDay: each.day + 1)) {
            _ = form.append($0, $1, $2, to: &lines)
        }
        return lines
    }

    private func write(_ lines: [UInt8]) throws(FollowerError) {
        let answer: WebClient.Answer
        do throws(HardwareError) {
            answer = try client.ask(
                "POST", configuration.target,
                headers: [("Content-Type", "text/plain; charset=utf-8")] + configuration.login, body: lines)
        } catch {
            throw FollowerError(error)
        }
        guard (200...299).contains(answer.status) else {
            let advice =
                switch answer.status {
                case 401, 403: ": token, user or password are not right, or may not write there"
                case 404: ": is there such a bucket, organization or database?"
                default: ""
                }
            throw FollowerError("answers \(answer.status)\(advice) \(answer.refusal.prefix(200))")
        }
    }
}
