/// What a device refused, and what a person can do about it.
package struct HardwareError: Error, Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        /// The device does not exist.
        case notFound
        /// The device exists, but this user may not open it.
        case notPermitted
        /// Another process holds the device.
        case busy
        /// The device went away while it was in use (an adapter was unplugged, a peer closed the connection).
        case disconnected
        /// Anything else; the errno of the system call where there was one.
        case failed(errno: Int32)
    }

    package let reason: Reason
    /// The device, as the user named it: a path, `host:port`, or a pin.
    package let device: String
    /// One sentence: what went wrong and what to do.
    package let message: String

    package init(_ reason: Reason, device: String, message: String) {
        self.reason = reason
        self.device = device
        self.message = message
    }
}

extension HardwareError: CustomStringConvertible {
    package var description: String { "\(device): \(message)" }
}
