package import Timekeeping

/// Lets an event loop rest until something may have happened: epoll and an absolute timer on Linux, the next event of
/// the simulated world in virtual time. The loops of the bridge are the same over both.
package protocol Waiting: AnyObject {
    /// Returns when a descriptor is readable, when `deadline` has come, when ``wake()`` was called, or earlier.
    func wait(for descriptors: [Int32], until deadline: MonotonicInstant?) throws(HardwareError)
}

/// Ends a wait from another thread.
package protocol Waking: AnyObject, Sendable {
    func wake()
}
