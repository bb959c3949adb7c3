package import BridgeConfiguration
import HardwareInterfaces
package import LinuxHardware
package import Timekeeping

/// The sockets at which others may ask. One that can't be had is tried again: an address that the network has not given
/// yet, a port that is about to become free, a folder that is not there yet.
package struct StatusSockets {
    private struct Wanted {
        /// What is missing without it.
        let loss: String
        let open: () throws(HardwareError) -> RequestListener
        var pause = RetryPause(shortest: .seconds(2), longest: .minutes(1))
        var due: MonotonicInstant
        var isTold = false
    }

    package enum Event {
        /// Told once of each socket, until it is open.
        case failed(String)
        /// After a failure.
        case opened(String)
    }

    private var wanted: [Wanted] = []

    /// - Parameters:
    ///   - configuration: what is asked for.
    ///   - web: of the page; nil for none.
    ///   - candidates: paths of the status socket, best first; none for no socket.
    ///   - now: the first is tried at once.
    package init(
        _ configuration: StatusConfiguration, web: WebConfiguration? = nil, candidates: [String],
        at now: MonotonicInstant
    ) {
        if !candidates.isEmpty {
            add("no status socket, so that p1lora status can't ask", at: now) { () throws(HardwareError) in
                var last: HardwareError?
                for path in candidates {
                    do throws(HardwareError) {
                        return try RequestListener.local(path: path, mode: 0o660)
                    } catch {
                        last = error
                    }
                }
                throw last ?? HardwareError(.notFound, device: "status", message: "no path is known")
            }
        }
        if let peer = configuration.metrics {
            add("no metrics ([metrics] listen)", at: now) { () throws(HardwareError) in try RequestListener.tcp(peer) }
        }
        if let web {
            add("no page ([web] listen)", at: now) { () throws(HardwareError) in
                try RequestListener.tcp(web.listen, isForBrowsers: true)
            }
        }
    }

    private mutating func add(
        _ loss: String, at now: MonotonicInstant, open: @escaping () throws(HardwareError) -> RequestListener
    ) {
        wanted.append(Wanted(loss: loss, open: open, due: now))
    }

    package var nextDeadline: MonotonicInstant? { wanted.map(\.due).min() }

    /// - Returns: those that are open now and were not before.
    package mutating func poll(at now: MonotonicInstant, report: (Event) -> Void) -> [RequestListener] {
        var opened: [RequestListener] = []
        for index in wanted.indices.reversed() where wanted[index].due <= now {
            do throws(HardwareError) {
                let listener = try wanted[index].open()
                opened.append(listener)
                if wanted[index].isTold { report(.opened(listener.name)) }
                wanted.remove(at: index)
            } catch {
                if !wanted[index].isTold { report(.failed("\(wanted[index].loss): \(error); it is tried again")) }
                wanted[index].isTold = true
                wanted[index].due = now + wanted[index].pause.next()
            }
        }
        return opened
    }
}
