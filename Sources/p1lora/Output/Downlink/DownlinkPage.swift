import Ciphers
import Foundation
import UplinkPayload

/// A downlink as bytes, and as what is published to a network server's broker to send it.
struct DownlinkPage {
    let hex: String
    let base64: String
    private let frame: CommandFrame
    private let length: Int
    private let json: String
    private let address: DownlinkAddress

    init(_ frame: CommandFrame, _ bytes: [UInt8], json: String, _ address: DownlinkAddress) {
        hex = bytes.hex
        base64 = Data(bytes).base64EncodedString()
        self.frame = frame
        length = bytes.count
        self.json = json
        self.address = address
    }

    private var port: UInt8 { ReportKind.commandPort }
    private var devEUI: String { address.devEui.lowercased() == "dev_eui" ? "DEV_EUI" : address.devEui.lowercased() }

    private var chirpStack: (topic: String, message: String) {
        (
            "application/\(address.application)/device/\(devEUI)/command/down",
            "{\"devEui\":\(JSONText.quoted(devEUI)),\"confirmed\":false,\"fPort\":\(port),\"data\":\"\(base64)\"}"
        )
    }

    private var theThingsStack: (topic: String, message: String) {
        let user = address.tenant.isEmpty ? address.application : "\(address.application)@\(address.tenant)"
        return (
            "v3/\(user)/devices/\(address.device)/down/push",
            "{\"downlinks\":[{\"f_port\":\(port),\"frm_payload\":\"\(base64)\",\"priority\":\"NORMAL\"}]}"
        )
    }

    var text: String {
        """
        FPort \(port), sequence number \(frame.sequence), \(length) bytes
        hex     \(hex)
        base64  \(base64)
        JSON    \(json)

        ChirpStack v4
        topic   \(chirpStack.topic)
        message \(chirpStack.message)

        The Things Stack v3
        topic   \(theThingsStack.topic)
        message \(theThingsStack.message)

        """
    }

    var jsonLine: String {
        let servers = [("chirpstack", chirpStack), ("the_things_stack", theThingsStack)].map { name, publication in
            "\"\(name)\":{\"topic\":\(JSONText.quoted(publication.topic)),\"message\":\(publication.message)}"
        }
        return "{\"f_port\":\(port),\"sequence\":\(frame.sequence),\"bytes\":\(length),\"hex\":\"\(hex)\","
            + "\"base64\":\"\(base64)\",\"data\":\(json),\(servers.joined(separator: ","))}"
    }
}
