import Ciphers
import FoundationEssentials
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

    private var chirpStack: (topic: String, message: JSONValue) {
        (
            "application/\(address.application)/device/\(devEUI)/command/down",
            ["devEui": .string(devEUI), "confirmed": false, "fPort": .number("\(port)"), "data": .string(base64)]
        )
    }

    private var theThingsStack: (topic: String, message: JSONValue) {
        let user = address.tenant.isEmpty ? address.application : "\(address.application)@\(address.tenant)"
        return (
            "v3/\(user)/devices/\(address.device)/down/push",
            ["downlinks": [["f_port": .number("\(port)"), "frm_payload": .string(base64), "priority": "NORMAL"]]]
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
        message \(chirpStack.message.text)

        The Things Stack v3
        topic   \(theThingsStack.topic)
        message \(theThingsStack.message.text)

        """
    }

    var jsonLine: String {
        func member(_ server: String, _ publication: (topic: String, message: JSONValue)) -> JSONValue.Member {
            .init(server, ["topic": .string(publication.topic), "message": publication.message])
        }
        return JSONValue.object([
            .init("f_port", .number("\(port)")), .init("sequence", .number("\(frame.sequence)")),
            .init("bytes", .number("\(length)")), .init("hex", .string(hex)), .init("base64", .string(base64)),
            .init("data", .written(json)), member("chirpstack", chirpStack),
            member("the_things_stack", theThingsStack),
        ]).text
    }
}
