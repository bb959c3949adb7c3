/// What was wrong with a part of the stream. The reading goes on behind it.
public struct ReaderProblem: Error, Sendable {
    /// What was wrong; its text says what to do.
    public enum Reason: Hashable, Sendable {
        /// The meter encrypts and no key was given.
        case keyMissing(SystemTitle)
        /// The frame opens to nothing legible: the key is of another meter, or the line damaged the frame. Which of
        /// them shows with the next frame.
        case wrongEncryptionKeyOrDamaged(SystemTitle)
        /// Several frames of this meter in a row open to nothing legible.
        case wrongEncryptionKey(SystemTitle)
        /// The text inside is whole, but the tag was made with another authentication key.
        case authenticationKeyDiffers(SystemTitle)
        /// The key is right, for part of the frame is legible or other frames were whole: the line damaged this one.
        case damagedFrame(SystemTitle)
        /// The frame is authentic, but its counter is not above the newest one seen: it is a recording.
        case replayed(SystemTitle, counter: UInt32, newest: UInt32)
        /// The frame is authentic, but its counter is one of those that were set aside before an end without notice: it may
        /// be a recording.
        case counterSetAside(SystemTitle, counter: UInt32, until: UInt32)
        /// The frame is authentic and its counter began anew, which the meter does only with a new key.
        case counterRestarted(SystemTitle, counter: UInt32, newest: UInt32)
        /// The frame comes from another meter than the one that was configured or that was read until now.
        case otherMeter(SystemTitle, expected: SystemTitle)
        /// The frame has no authentication tag (security control 0x20).
        case tagMissing(SystemTitle)
        /// The frame names no sender, which its decryption needs, and none was configured.
        case systemTitleMissing
        /// Encryption of another kind: the security control byte as seen; 0x30 is wanted.
        case unsupportedSecurity(UInt8)
        /// The frame is authentic, but what is inside is no P1 telegram.
        case notTelegramInside(SystemTitle)
        /// The CRC-16 does not fit the text, or is unreadable.
        case checksumWrong(stated: String, computed: UInt16)
        /// The CRC-16 is of a kind that is not believed of this line without being told.
        case checksumOfOtherKind(ChecksumKind, ChecksumRule)
        /// Several telegrams in a row look whole, and the CRC-16 of none is of a known kind.
        case checksumUnknown(stated: String, computed: UInt16)
        /// The block check character behind the ETX of a text in mode C does not fit.
        case blockCheckWrong
        /// The parity of some characters is wrong: the line damaged them.
        case parityWrong
        /// A whole telegram of which no line is an object in any known form.
        case noObjects(lines: Int)
        /// The telegram has no CRC-16, though this meter's telegrams have one, or though nothing else proves it.
        case checksumMissing
        /// The telegram stopped before its end.
        case truncated
        /// A telegram or frame that goes on beyond 64 KiB.
        case tooLong
        /// Bytes that belong to no telegram.
        case noise
        /// Bytes that belong to no telegram, and among them the frames of another protocol.
        case otherProtocol(LineProtocol)
        /// A frame of another protocol whose check does not fit.
        case frameDamaged
        /// A part of a message in several frames is missing.
        case messageIncomplete
        /// A message came whole, and its content gives no readings.
        case pushUnreadable(PushFault)
    }

    /// What was wrong.
    public let reason: Reason
    /// Where it begins: bytes since the start of the stream.
    public let offset: Int
    /// Bytes that it concerns.
    public let length: Int
    /// What could be read in spite of it. Never to be used as a measurement.
    public let telegram: Telegram?
    /// What the line speaks there; nil for P1.
    public let line: LineProtocol?

    init(reason: Reason, offset: Int, length: Int, telegram: Telegram?, line: LineProtocol? = nil) {
        self.reason = reason
        self.offset = offset
        self.length = length
        self.telegram = telegram
        self.line = line
    }

    /// What the line speaks, what is wrong, and what to do.
    public var sentence: String { (line.map { "\($0): " } ?? "") + reason.description }
}

extension ReaderProblem.Reason {
    /// Whether it tells something that the header alone, or what stands around it in noise, does not.
    var isAboutWholeText: Bool {
        switch self {
        case .authenticationKeyDiffers, .notTelegramInside, .checksumWrong, .checksumOfOtherKind, .checksumUnknown,
            .blockCheckWrong, .checksumMissing, .noObjects, .pushUnreadable, .replayed, .counterRestarted,
            .counterSetAside:
            true
        default: false
        }
    }
}

extension ReaderProblem: CustomStringConvertible {
    /// One sentence for people: what is wrong, what to do, and where.
    public var description: String { "\(sentence) (\(length) bytes at byte \(offset))" }
}

extension ReaderProblem.Reason: CustomStringConvertible {
    public var description: String {
        switch self {
        case .keyMissing(let title):
            "the meter \(title) encrypts its telegrams and no key is configured: set the 32-digit key that the grid "
                + "operator gives out for this meter"
        case .wrongEncryptionKeyOrDamaged(let title):
            "a frame of meter \(title) could not be opened: the key is not this meter's, or the line damaged the frame; "
                + "compare the key with the operator's letter if the next frames fail too"
        case .wrongEncryptionKey(let title):
            "wrong encryption key: no frame of meter \(title) opens with it; compare the key and the meter's serial "
                + "number with the operator's letter"
        case .authenticationKeyDiffers(let title):
            "the encryption key of meter \(title) is right, but its authentication key differs: set the meter's own "
                + "authentication key, or check telegrams by their CRC only (tag check crc-only)"
        case .damagedFrame(let title):
            "a frame of meter \(title) was damaged on the line (its key is right): check cable, supply and pull-up "
                + "resistor if this goes on"
        case .replayed(let title, let counter, let newest):
            "a frame of meter \(title) is a recording: its counter is \(counter), and \(newest) was read before; it is "
                + "not used"
        case .counterSetAside(let title, let counter, let until):
            "a frame of meter \(title) may be a recording: this program ended without notice, and frames are taken again "
                + "above counter \(until), within about a minute; this one has \(counter)"
        case .counterRestarted(let title, let counter, let newest):
            "the frame counter of meter \(title) began anew (\(counter) after \(newest)) though its key is the same: a "
                + "recording, or the operator reset the meter; if so, make the bridge forget this meter's counter (p1lora forget)"
        case .otherMeter(let title, let expected):
            "this frame is of meter \(title), not of \(expected): the cable is on another meter, or the meter was "
                + "replaced and its key is to be configured"
        case .tagMissing(let title):
            "a frame of meter \(title) has no authentication tag (security control 20, wanted 30): choose the tag check "
                + "crc-only to accept such frames"
        case .systemTitleMissing:
            "an encrypted frame has no system title (length 0, wanted 8), and none is configured for this meter"
        case .unsupportedSecurity(let control):
            "an encrypted frame has the security control \(hexadecimal(UInt16(control), 2)), which is not supported; "
                + "wanted 30 (suite 0, encrypted and authenticated)"
        case .notTelegramInside(let title):
            "the frame of meter \(title) is authentic, but its content is no P1 telegram (DLMS data instead of text)"
        case .checksumWrong(let stated, let computed):
            "the CRC of a telegram is wrong: the meter wrote \(stated), the text gives \(hexadecimal(computed, 4)); "
                + "part of it was lost or damaged on the line"
        case .checksumOfOtherKind(let kind, .auto), .checksumOfOtherKind(let kind, .off):
            "a telegram is whole by \(kind), which no meter is known to use: if this one does, set crc = \"\(kind.rawValue)\""
        case .checksumOfOtherKind(let kind, let rule):
            "a telegram is whole by \(kind), and crc = \"\(rule.rawValue)\" is set: set crc = \"\(kind.rawValue)\" instead"
        case .checksumUnknown(let stated, let computed):
            "the CRC of telegram after telegram is wrong though all lines are readable (the meter wrote \(stated), "
                + "CRC-16/ARC is \(hexadecimal(computed, 4))): if this meter's CRC is of a kind that nobody knows, "
                + "crc = \"off\" takes its telegrams without it"
        case .blockCheckWrong:
            "the block check of a telegram is wrong: part of it was lost or damaged on the line"
        case .parityWrong:
            "the parity of some characters of a telegram is wrong: part of it was damaged on the line"
        case .noObjects(let lines):
            "a telegram has no object that can be read (\(lines) lines of another form): it is not used"
        case .checksumMissing:
            "a telegram has no CRC behind its '!', though one is wanted: the end was lost on the line"
        case .truncated: "a telegram stopped before its end: the rest was lost on the line"
        case .tooLong: "a telegram went on beyond \(EncryptedFrame.longest) bytes without an end and was given up"
        case .noise:
            "bytes that belong to no telegram: a telegram joined in its middle, a wrong speed (115200 8N1; 9600 7E1 for "
                + "DSMR 2.2 and 3.0), or a signal that is not inverted"
        case .otherProtocol(let found): found.advice
        case .frameDamaged:
            "a frame was damaged on the line: its check does not fit; check cable, speed and parity if this goes on"
        case .messageIncomplete:
            "a part of a message in several frames is missing: the line was joined in its middle, or lost it"
        case .pushUnreadable(let fault): fault.description
        }
    }

    private func hexadecimal(_ value: UInt16, _ width: Int) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
