import BridgeConfiguration
import HardwareInterfaces
import SmartMeter
import Timekeeping

extension Examination {
    /// All of them at once: each may need ten seconds to say something.
    func examineMeters(_ configuration: BridgeConfiguration) {
        let meters = configuration.meters
        let began = devices.clock.monotonic
        let finds = meters.contains { $0.findsSettings }
        let end = began + (finds ? max(options.meterPatience, SettingsSearch.round) : options.meterPatience)
        var patients = meters.map {
            Patient($0, CurrentSteps(configuration, meter: $0.number), at: began, open: devices.openLine)
        }
        while !patients.isEmpty {
            let names = patients.map(\.name).joined(separator: ", ")
            wait(for: "listening to meter \(names), up to \(options.meterPatience)")
            let now = devices.clock.monotonic
            let isOver = now >= end
            patients.removeAll { patient in
                guard let finding = patient.poll(at: now, since: began, isOver: isOver) else { return false }
                report("meter \(patient.name)", finding.verdict, finding.message)
                return true
            }
            guard !patients.isEmpty, !isOver else { return }
            let deadlines = patients.compactMap(\.input.nextDeadline) + [end]
            do {
                try devices.waiter.wait(
                    for: patients.compactMap(\.input.pollDescriptor), until: deadlines.min())
            } catch {
                return report("meters", .failed, "\(error)")
            }
        }
    }

    /// A line that can be had is all that can be seen of a meter which sends a pulse an hour.
    func examinePulses(_ pulses: [PulseConfiguration]) {
        for pulse in pulses {
            do {
                _ = try devices.openPulses(pulse)
                switch (pulse.source.warning, pulse.source.pin) {
                case (let warning?, _): report("meter \(pulse.name)", .warning, warning)
                case (nil, let pin):
                    let place = pin.map { "\($0) " } ?? ""
                    report("meter \(pulse.name)", .ok, "\(place)reports edges; whether pulses come, the log tells")
                }
            } catch {
                report("meter \(pulse.name)", .failed, "\(error)")
            }
        }
    }
}

/// A meter whose line is listened to.
private final class Patient {
    let name: String
    let input: MeterInput
    private let counter = ByteCounter()
    private let steps: CurrentSteps
    private var problem: ReaderProblem?
    /// What the search for the line's settings brought.
    private var found = ""
    private let hasSearched: Bool

    init(
        _ meter: MeterConfiguration, _ steps: CurrentSteps, at now: MonotonicInstant,
        open: @escaping (MeterConfiguration) throws(HardwareError) -> any SerialLine
    ) {
        name = meter.name
        self.steps = steps
        let search = meter.settingsSearch
        hasSearched = search != nil
        input = MeterInput(
            number: meter.number, device: meter.input, keys: meter.meterKeys, timeZone: meter.timeZone,
            checksum: meter.checksum, sevenBits: meter.framing == .sevenEvenOne,
            search: search, at: now
        ) { [counter] () throws(HardwareError) -> any SerialLine in
            CountedLine(try open(meter.tried(by: search)), counter: counter)
        }
    }

    /// - Returns: nil while nothing can be said yet.
    func poll(
        at now: MonotonicInstant, since began: MonotonicInstant, isOver: Bool
    ) -> (verdict: Finding.Verdict, message: String)? {
        for event in input.poll(at: now) {
            switch event {
            case .telegram(let telegram):
                let kind = telegram.encryption == nil ? "plain" : "encrypted"
                let telegramCame =
                    "a telegram of \(telegram.objects.count) values came after \(now - began), \(kind)\(found)"
                let notes = (telegram.notes.map(\.description) + [steps.note(telegram)].compactMap(\.self))
                    .map { "; \($0)" }.joined()
                return (telegram.notes.contains(.checksumUnknown) ? .warning : .ok, telegramCame + notes)
            case .problem(let found):
                if isCertain(found.reason) { return (.failed, found.sentence) }
                // Noise is around everything that goes wrong.
                if problem == nil || found.reason != .noise { problem = found }
            case .failed(let error, _): return (.failed, "\(error)")
            case .unusable(let reason): return (.failed, reason)
            case .settingsFound(let settings): found = ", at \(settings)"
            case .ended: return (.failed, problem?.sentence ?? "no telegram is in it")
            case .opened, .silent, .returned, .clock, .storeFailed, .noise: break
            }
        }
        guard isOver else { return nil }
        if let problem { return (.failed, problem.sentence) }
        guard counter.bytes == 0 else {
            return (.failed, MeterSilence.noTelegram(bytes: counter.bytes, in: now - began, hasSearched: hasSearched))
        }
        return (.failed, MeterSilence.nothing(in: now - began))
    }
}

extension Patient {
    /// Whether more frames can't change what is found: the frame that came has said it all, or a second one says the same.
    private func isCertain(_ reason: ReaderProblem.Reason) -> Bool {
        switch reason {
        case .keyMissing, .wrongEncryptionKey, .unsupportedSecurity: return true
        // The frame before it may have been cut, or the line was damaging this one.
        case .authenticationKeyDiffers, .otherMeter, .tagMissing, .systemTitleMissing, .notTelegramInside,
            .checksumMissing, .otherProtocol:
            return problem?.reason == reason
        default: return false
        }
    }
}
