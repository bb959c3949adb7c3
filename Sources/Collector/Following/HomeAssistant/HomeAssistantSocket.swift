import FoundationEssentials
import HardwareInterfaces
import LinuxHardware
import UplinkPayload

/// A connection to Home Assistant's WebSocket interface, with an administrator's token.
final class HomeAssistantSocket {
    private let socket: WebSocketClient
    private(set) var form = StatisticsImport.Form.meanType
    private var number = 0

    private struct Message: Decodable {
        struct Failure: Decodable {
            var code: String?
            var message: String?
        }
        var type: String
        var version: String?
        var id: Int?
        var success: Bool?
        var message: String?
        var error: Failure?

        enum CodingKeys: String, CodingKey {
            case type, id, success, message, error
            case version = "ha_version"
        }
    }

    init(_ configuration: HomeAssistantConfiguration, isStopped: @escaping () -> Bool) throws(FollowerError) {
        do throws(HardwareError) {
            socket = try WebSocketClient(
                configuration.address, authorities: configuration.authorities, isStopped: isStopped)
        } catch {
            throw FollowerError(error)
        }
        try expect("auth_required", try receive())
        try send(["type": "auth", "access_token": .string(configuration.token)])
        let answer = try receive()
        if answer.type == "auth_invalid" {
            throw FollowerError(
                "refuses the token (\(answer.message ?? answer.type)): make a new one in the profile of an administrator"
            )
        }
        try expect("auth_ok", answer)
        form = StatisticsImport.Form(version: answer.version ?? "")
    }

    /// - Parameter make: makes the message of a number; nil for nothing to say.
    /// - Returns: why it was refused; nil when it was taken.
    func tell(_ make: (Int) -> JSONValue?) throws(FollowerError) -> String? {
        number += 1
        guard let message = make(number) else { return nil }
        try send(message)
        while true {
            let answer = try receive()
            guard answer.type == "result", answer.id == number else { continue }
            if answer.success == true { return nil }
            let reason = [answer.error?.code, answer.error?.message].compactMap { $0 }.joined(separator: ": ")
            if answer.error?.code == "unauthorized" {
                throw FollowerError("refuses to take statistics (\(reason)): the token has to be an administrator's")
            }
            return reason
        }
    }

    private func expect(_ type: String, _ message: Message) throws(FollowerError) {
        guard message.type == type else { throw FollowerError("says \"\(message.type)\" instead of \"\(type)\"") }
    }

    private func send(_ message: JSONValue) throws(FollowerError) {
        do throws(HardwareError) { try socket.send(message.text) } catch { throw FollowerError(error) }
    }

    private func receive() throws(FollowerError) -> Message {
        let text: String
        do throws(HardwareError) { text = try socket.receive() } catch { throw FollowerError(error) }
        guard let message = try? JSONDecoder().decode(Message.self, from: Data(text.utf8)) else {
            throw FollowerError("says what is no message of Home Assistant")
        }
        return message
    }
}
