package import LoRaWAN
package import Timekeeping

/// A LoRa transceiver as the MAC sees it: it sends one frame or opens one window at a time, never blocks, and reports
/// through ``poll(at:)``.
///
/// The event loop calls ``poll(at:)`` when a descriptor of ``pollDescriptors`` is readable and when ``nextDeadline``
/// has come.
package protocol Transceiver: AnyObject {
    /// Brings the radio into a known state and checks that it is there. Called at start and after a failure.
    func start(at now: MonotonicInstant) throws(RadioError)
    /// Starts to send. Ends in `.transmitted` or `.transmitFailed`; or, with ``Transmission/carrierSense`` and someone
    /// else on the channel, in `.channelBusy`.
    func transmit(_ transmission: Transmission, at now: MonotonicInstant) throws(RadioError)
    /// Programs the radio now and opens the window at its time. Ends in `.received`, `.windowClosed` or
    /// `.windowFailed`. A frame that is not for this device is reported too: the MAC decides, and may order what is
    /// left of the window again.
    func receive(_ window: ReceiveWindow, at now: MonotonicInstant) throws(RadioError)
    /// Listens from now on, until another order needs the radio (class C). Each frame is reported as `.received` and
    /// the radio listens on; a window that is ordered meanwhile interrupts it only when it opens. Ends by itself only in
    /// `.windowFailed`.
    func listen(_ reception: ContinuousReception, at now: MonotonicInstant) throws(RadioError)
    /// Ends what is under way and saves power.
    func sleep() throws(RadioError)
    var nextDeadline: MonotonicInstant? { get }
    var pollDescriptors: [Int32] { get }
    func poll(at now: MonotonicInstant) -> [RadioEvent]
}

/// A transceiver that can send an unmodulated carrier.
package protocol CarrierSource: Transceiver {
    /// Sends a carrier, whatever was listened to. Ends in `.transmitted` when it is off again, after its time or at
    /// ``Transceiver/sleep()`` (without an event then), or in `.transmitFailed`.
    func radiate(_ carrier: Carrier, at now: MonotonicInstant) throws(RadioError)
}

/// What a radio refused, and what most likely is the matter.
package struct RadioError: Error, Hashable, Sendable {
    /// One sentence for a person: what went wrong and what to do.
    package let message: String

    package init(_ message: String) {
        self.message = message
    }
}

extension RadioError: CustomStringConvertible {
    package var description: String { message }
}
