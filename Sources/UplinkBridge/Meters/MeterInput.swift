import Ciphers
package import HardwareInterfaces
package import SmartMeter
package import Timekeeping

/// One meter's line: opened, read, and opened anew when it is lost, each meter by itself.
package final class MeterInput {
    /// The position in the configuration, the meter's number in a frame.
    package let number: Int
    private let device: String
    private let keys: MeterKeys?
    private let timeZone: MeterTimeZone
    private let checksum: ChecksumRule
    private let sevenBits: Bool
    /// How long without a telegram is reported; nil for never.
    var silentAfter: TimeSpan?
    private let remembered: ReplayGuard?
    private let openLine: () throws(HardwareError) -> any SerialLine
    private var line: (any SerialLine)?
    private var reader: TelegramReader?
    private var buffer: [UInt8] = []
    private var nextAttempt: MonotonicInstant?
    private var pause = RetryPause()
    private var lastByte: MonotonicInstant
    private var lastTelegram: MonotonicInstant
    private var isSilent = false
    private var hasEnded = false
    private let search: SettingsSearch?
    private let replaysInRealTime: Bool
    private var pace: ReplayPace?
    /// A connection takes its time; the line is opened when the first read says something else than `.opening`.
    private var isOpening = false

    /// A telegram takes 132 ms at 115 200 Bd, but a connection may stall; when nothing came for so long, the rest of one
    /// will not.
    static let idle = TimeSpan.seconds(5)

    /// - Parameters:
    ///   - device: what the line is called in messages.
    ///   - keys: nil for a meter that does not encrypt.
    ///   - timeZone: that of the meter's stamps.
    ///   - checksum: what proves a text that is not encrypted.
    ///   - sevenBits: the line is 7E1.
    ///   - silentAfter: how long without a telegram is reported; nil for never.
    ///   - replayGuard: refuses frames that came before; nil to take every frame. It is not asked about files, which are
    ///     recordings.
    ///   - search: finds speed and framing of a serial line, which `openLine` asks it for; nil where they are known.
    ///   - replaysInRealTime: a file's telegrams come as far apart as their stamps are, and not at once.
    package init(
        number: Int, device: String, keys: MeterKeys?, timeZone: MeterTimeZone = .centralEuropean,
        checksum: ChecksumRule = .auto, sevenBits: Bool = false, silentAfter: TimeSpan? = nil,
        replayGuard: ReplayGuard? = nil, search: SettingsSearch? = nil,
        replaysInRealTime: Bool = false,
        at now: MonotonicInstant,
        openLine: @escaping () throws(HardwareError) -> any SerialLine
    ) {
        self.number = number
        self.device = device
        self.keys = keys
        self.timeZone = timeZone
        self.checksum = checksum
        self.sevenBits = sevenBits
        self.silentAfter = silentAfter
        remembered = replayGuard
        self.search = search
        self.replaysInRealTime = replaysInRealTime
        self.openLine = openLine
        nextAttempt = now
        lastByte = now
        lastTelegram = now
    }

    /// What is remembered of the meter's frame counters; nil before its line was opened, and for files.
    package var replayGuard: ReplayGuard? { reader?.replayGuard }

    package var pollDescriptor: Int32? { line?.pollDescriptor }

    /// When ``poll(at:)`` is wanted though nothing has come.
    package var nextDeadline: MonotonicInstant? {
        if let due = pace?.nextDue { return due }
        if hasEnded { return nil }
        let silence = isSilent ? nil : silentAfter.map { lastTelegram + $0 }
        guard let line else { return [nextAttempt, silence].compactMap { $0 }.min() }
        // A file never makes anybody wait: the rest of it is read at once.
        if line.pollDescriptor == nil { return lastByte }
        let rest = reader?.isWaitingForMore == true ? lastByte + Self.idle : nil
        return [rest, silence, search?.nextDeadline].compactMap { $0 }.min()
    }

    /// Takes what has come, and does what is due.
    package func poll(at now: MonotonicInstant) -> [MeterEvent] {
        var events: [MeterEvent] = []
        if line == nil, !hasEnded, let due = nextAttempt, due <= now { open(at: now, &events) }
        if line != nil, pace?.nextDue == nil { read(at: now, &events) }
        searchSettings(at: now, &events)
        if pace != nil {
            pace?.hold(events)
            events = pace?.release(at: now) ?? []
        }
        watchSilence(at: now, &events)
        return events
    }

    private func searchSettings(at now: MonotonicInstant, _ events: inout [MeterEvent]) {
        guard let search, line?.pollDescriptor != nil else { return }
        if search.take(&events) { events.append(.settingsFound(search.current)) }
        guard let due = search.nextDeadline, due <= now else { return }
        // What has come with wrong settings is no beginning of anything.
        reader?.finish()
        while reader?.next() != nil {}
        search.advance()
        line = nil
        nextAttempt = now
        open(at: now, &events)
    }

    private func watchSilence(at now: MonotonicInstant, _ events: inout [MeterEvent]) {
        let hasTelegram = events.contains { if case .telegram = $0 { true } else { false } }
        if hasTelegram {
            if isSilent { events.append(.returned(now - lastTelegram)) }
            isSilent = false
            lastTelegram = now
        } else if let silentAfter, !isSilent, !hasEnded, now - lastTelegram >= silentAfter {
            isSilent = true
            events.append(.silent(now - lastTelegram))
        }
    }

    private func open(at now: MonotonicInstant, _ events: inout [MeterEvent]) {
        do {
            let opened = try openLine()
            guard prepareReader(for: opened, &events) else { return }
            line = opened
            search?.lineOpened(at: now)
            if replaysInRealTime, opened.pollDescriptor == nil { pace = ReplayPace(at: now) }
            nextAttempt = nil
            lastByte = now
            isOpening = true
        } catch {
            lose(error, at: now, &events)
        }
    }

    /// The reader is made once: what it knows of the meter outlives the line.
    private func prepareReader(for line: any SerialLine, _ events: inout [MeterEvent]) -> Bool {
        guard reader == nil else { return true }
        do {
            let replayGuard = line.pollDescriptor == nil ? nil : remembered
            reader = try TelegramReader(
                keys: keys, timeZone: timeZone, replayGuard: replayGuard, checksum: checksum, sevenBits: sevenBits)
            return true
        } catch {
            hasEnded = true
            events.append(.unusable("\(error)"))
            return false
        }
    }

    private func lose(_ error: HardwareError, at now: MonotonicInstant, _ events: inout [MeterEvent]) {
        line = nil
        let next = now + pause.next()
        nextAttempt = next
        events.append(.failed(error, retryAt: next))
    }

    /// What one call takes from one line, so that no line keeps the others waiting.
    private static let readAtOnce = 64 * 1_024

    private func read(at now: MonotonicInstant, _ events: inout [MeterEvent]) {
        var taken = 0
        reading: while let line, taken < Self.readAtOnce {
            buffer.removeAll(keepingCapacity: true)
            do {
                let outcome = try line.read(into: &buffer, limit: 4_096)
                if outcome == .opening { break reading }
                if isOpening {
                    isOpening = false
                    events.append(.opened)
                }
                switch outcome {
                case .bytes(let count):
                    taken += count
                    lastByte = now
                    pause.reset()
                    reader?.append(buffer)
                    takeOutcomes(&events)
                case .nothingYet, .opening:
                    break reading
                case .ended:
                    reader?.finish()
                    takeOutcomes(&events)
                    end(line, at: now, &events)
                }
            } catch {
                reader?.finish()
                takeOutcomes(&events)
                lose(error, at: now, &events)
            }
        }
        if reader?.isWaitingForMore == true, now - lastByte >= Self.idle {
            reader?.lineWentIdle()
            takeOutcomes(&events)
        }
    }

    private func end(_ line: any SerialLine, at now: MonotonicInstant, _ events: inout [MeterEvent]) {
        // Only a regular file has no descriptor to wait for; everything else that ends has been unplugged or closed.
        guard line.pollDescriptor != nil else {
            self.line = nil
            hasEnded = true
            events.append(.ended)
            return
        }
        let lost = HardwareError(
            .disconnected, device: device,
            message: "the line was closed at its other end: an adapter was unplugged, or a connection dropped")
        lose(lost, at: now, &events)
    }

    private func takeOutcomes(_ events: inout [MeterEvent]) {
        while let outcome = reader?.next() {
            switch outcome {
            case .telegram(let telegram): events.append(.telegram(telegram))
            case .problem(let problem): events.append(.problem(problem))
            }
        }
    }
}
