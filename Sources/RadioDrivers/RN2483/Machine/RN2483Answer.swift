import Ciphers
import LoRaWAN

/// A line from the module, taken apart (DS40001784, "Command Reference").
enum RN2483Answer: Hashable, Sendable {
    case ok
    case invalidParameter
    case invalidDataLength
    case busy
    case notJoined
    case noFreeChannel
    case silent
    case paused
    case keysNotInitialised
    case rejoinNeeded
    case accepted
    case denied
    case transmitted
    case received(port: UInt8, payload: [UInt8])
    case macError
    case radioError
    case banner(RN2483Firmware)
    /// What a `get` is answered with, or noise.
    case value(String)

    init(_ line: String) {
        switch line {
        case "ok": self = .ok
        case "invalid_param": self = .invalidParameter
        case "invalid_data_len": self = .invalidDataLength
        case "busy": self = .busy
        case "not_joined": self = .notJoined
        case "no_free_ch": self = .noFreeChannel
        case "silent": self = .silent
        case "mac_paused": self = .paused
        case "keys_not_init": self = .keysNotInitialised
        // As documented, and as firmware 1.0.5 spells it.
        case "frame_counter_err_rejoin_needed", "fram_counter_err_rejoin_needed": self = .rejoinNeeded
        case "accepted": self = .accepted
        case "denied": self = .denied
        case "mac_tx_ok": self = .transmitted
        case "mac_err": self = .macError
        case "radio_err": self = .radioError
        default:
            if let received = Self.received(line) {
                self = received
            } else if let firmware = RN2483Firmware(banner: line) {
                self = .banner(firmware)
            } else {
                self = .value(line)
            }
        }
    }

    private static func received(_ line: String) -> Self? {
        let words = line.split(separator: " ")
        guard words.count == 2 || words.count == 3, words[0] == "mac_rx", let port = UInt8(words[1]) else { return nil }
        guard words.count == 3 else { return .received(port: port, payload: []) }
        return [UInt8](hex: words[2]).map { .received(port: port, payload: $0) }
    }

    /// The module says by its name why it does not send.
    var isRefusal: Bool {
        switch self {
        case .invalidParameter, .invalidDataLength, .busy, .notJoined, .noFreeChannel, .silent, .paused,
            .keysNotInitialised, .rejoinNeeded:
            true
        default: false
        }
    }

    /// It ends a join or an uplink, and answers no other command.
    var isFinal: Bool {
        switch self {
        case .accepted, .denied, .transmitted, .received, .macError, .radioError: true
        default: false
        }
    }
}
