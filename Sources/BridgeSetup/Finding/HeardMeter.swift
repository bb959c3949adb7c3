import HardwareInterfaces
import SmartMeter
import Timekeeping
import UplinkBridge

/// What was heard on a line.
struct HeardMeter {
    enum Kind {
        case telegram(Telegram)
        /// The meter encrypts; with its name.
        case encrypted(String)
        case wrongKey(String)
        /// The key opens the text; the authentication key is another.
        case otherAuthenticationKey(String)
        /// Something came that can't be read, and why.
        case unreadable(String)
        case silent(String)
        case failed(HardwareError)
    }

    let path: String
    /// What a search found; nil where there was none.
    let settings: SerialSettings?
    let kind: Kind

    var isMeter: Bool {
        switch kind {
        case .telegram, .encrypted: true
        default: false
        }
    }

    /// One line.
    var words: String {
        let line = settings.map { "\($0), " } ?? ""
        switch kind {
        case .telegram(let telegram):
            let name = [telegram.identification, telegram.meterIdentifier ?? ""].filter { !$0.isEmpty }
            return line + (telegram.encryption == nil ? "plain" : "encrypted") + ", meter "
                + name.joined(separator: " ")
        case .encrypted(let name): return line + "encrypted, meter \(name)"
        case .wrongKey(let text), .otherAuthenticationKey(let text), .unreadable(let text), .silent(let text):
            return text
        case .failed(let error): return error.message
        }
    }
}

/// Listens to a line until it is clear what speaks there.
final class LineListener {
    let path: String
    private let input: MeterInput
    private let search: SettingsSearch?
    private let counter = ByteCounter()
    private let began: MonotonicInstant
    private var problem: ReaderProblem?
    private var kind: HeardMeter.Kind?

    /// - Parameters:
    ///   - keys: nil to find out whether the meter encrypts.
    ///   - settings: nil to find them.
    init(
        path: String, keys: MeterKeys?, settings: SerialSettings?, at now: MonotonicInstant,
        open: @escaping (String, SerialSettings) throws(HardwareError) -> any SerialLine
    ) {
        self.path = path
        began = now
        let search = settings == nil && path.hasPrefix("/dev/") ? SettingsSearch() : nil
        self.search = search
        let given = settings ?? SerialSettings()
        input = MeterInput(
            number: 0, device: path, keys: keys, sevenBits: given.framing == .sevenEvenOne, search: search, at: now
        ) { [counter] () throws(HardwareError) -> any SerialLine in
            CountedLine(try open(path, search?.current ?? given), counter: counter)
        }
    }

    var pollDescriptor: Int32? { input.pollDescriptor }
    var nextDeadline: MonotonicInstant? { input.nextDeadline }
    var isDecided: Bool { kind != nil }
    /// Nothing has come, at the speed that most meters have.
    var isSilent: Bool { counter.bytes == 0 }

    func poll(at now: MonotonicInstant) {
        for event in input.poll(at: now) where kind == nil { take(event) }
    }

    private func take(_ event: MeterEvent) {
        switch event {
        case .telegram(let telegram): kind = .telegram(telegram)
        case .problem(let found): take(found)
        case .failed(let error, _): kind = .failed(error)
        case .unusable(let reason): kind = .unreadable(reason)
        case .ended: kind = .unreadable(problem?.sentence ?? "no telegram is in it")
        case .opened, .silent, .returned, .clock, .storeFailed, .noise, .settingsFound: break
        }
    }

    private func take(_ found: ReaderProblem) {
        switch found.reason {
        case .keyMissing(let title): kind = .encrypted("\(title)")
        case .wrongEncryptionKey: kind = .wrongKey(found.sentence)
        // Once it may be the line that damaged a frame.
        case .wrongEncryptionKeyOrDamaged:
            if problem?.reason == found.reason { kind = .wrongKey(found.sentence) }
        case .authenticationKeyDiffers:
            if problem?.reason == found.reason { kind = .otherAuthenticationKey(found.sentence) }
        case .otherProtocol, .unsupportedSecurity, .notTelegramInside, .tagMissing, .systemTitleMissing,
            .checksumUnknown,
            .pushUnreadable:
            if problem?.reason == found.reason { kind = .unreadable(found.sentence) }
        default: break
        }
        // Noise is around everything that goes wrong.
        if problem == nil || found.reason != .noise { problem = found }
    }

    /// What there is to say when the time is over.
    func heard(at now: MonotonicInstant) -> HeardMeter {
        let settings = search.flatMap { $0.isFound ? $0.current : nil }
        return HeardMeter(path: path, settings: settings, kind: kind ?? undecided(at: now))
    }

    private func undecided(at now: MonotonicInstant) -> HeardMeter.Kind {
        if let problem { return .unreadable(problem.sentence) }
        guard counter.bytes == 0 else {
            return .unreadable(
                MeterSilence.noTelegram(bytes: counter.bytes, in: now - began, hasSearched: search != nil))
        }
        return .silent(MeterSilence.nothing(in: now - began))
    }
}
