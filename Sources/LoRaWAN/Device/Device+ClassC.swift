import Timekeeping

/// Class C: RX2 is open whenever the radio has nothing else to do (TS001, class C).
extension Device {
    /// How long to wait before a radio that could not listen is told to again.
    static let listenPause = TimeSpan.seconds(5)

    /// What is listened to between all else; nil in class A, and without a session.
    var continuousReception: ContinuousReception? {
        guard deviceClass == .c, !isAwaitingJoin, let session = state.session else { return nil }
        return configuration.region.modulation(of: session.rx2DataRate).map {
            ContinuousReception(frequency: session.rx2Frequency, modulation: $0)
        }
    }

    /// A join-request is on the air beside the session, or its windows are not over: they are not the session's.
    private var isAwaitingJoin: Bool {
        if case .joining = work { isExchanging } else { false }
    }

    /// Switches between the classes. A radio that listens goes on until its next order.
    public mutating func setClass(_ deviceClass: DeviceClass) -> [DeviceAction] {
        self.deviceClass = deviceClass
        if deviceClass == .a { listening = nil }
        return keepListening(after: [])
    }

    /// The order to listen that is due after a call's actions: the radio is free, and does not listen yet or to
    /// something else.
    mutating func keepListening(after actions: [DeviceAction]) -> [DeviceAction] {
        for action in actions {
            switch action {
            case .listen(let reception): listening = reception
            case .transmit, .radiate, .receive: listening = nil
            default: break
            }
        }
        guard let wanted = continuousReception, wanted != listening, listenRetry == nil, isRadioFree else { return [] }
        listening = wanted
        return [.listen(wanted)]
    }

    /// Between a transmission and the end of RX1 the radio has other orders.
    private var isRadioFree: Bool {
        switch phase {
        case .idle, .waiting: true
        case .transmitting: false
        case .receiving(_, let second): second == nil
        }
    }

    /// The radio stopped to listen by itself, with no window open.
    mutating func hasLostRadio(at now: MonotonicInstant) -> Bool {
        guard listening != nil, isRadioFree else { return false }
        listening = nil
        listenRetry = now + Self.listenPause
        return true
    }

    /// A frame that came while no window of an uplink was open.
    mutating func heardBetween(_ frame: ReceivedFrame) -> [DeviceAction] {
        guard continuousReception != nil, let session = state.session else { return [.discarded(.unexpected)] }
        do throws(DiscardReason) {
            return try accept(frame, at: session.rx2DataRate, attempt: nil)
        } catch {
            return [.discarded(error)]
        }
    }

    /// A disk may take seconds, and RX1 opens within one: what is to be stored first waits while a window is to come.
    mutating func holdUntilWindowsEnd(_ actions: [DeviceAction]) -> [DeviceAction] {
        guard case .receiving(_, .some) = phase, case .persist = actions.first else { return actions }
        heard += actions.dropFirst()
        isHeardUnstored = true
        return []
    }

    /// Stores and tells what was heard: with the next state that is stored, or as soon as no window is waited for.
    mutating func releaseHeard(with actions: [DeviceAction]) -> [DeviceAction] {
        guard isHeardUnstored else { return actions }
        let index = actions.firstIndex { if case .persist = $0 { true } else { false } }
        guard index != nil || !isExchanging else { return actions }
        defer { (heard, isHeardUnstored) = ([], false) }
        guard let index else { return [.persist(state)] + heard + actions }
        let (stored, rest) = (Array(actions[...index]), Array(actions[(index + 1)...]))
        return stored + heard + rest
    }
}
