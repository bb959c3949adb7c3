import MeterValues
import SmartMeter
import Timekeeping
import UplinkPayload

extension Telegram {
    /// One line of JSON.
    func json() -> String {
        var members = ["\"meter\":" + (meterIdentifier.map(JSONText.quoted) ?? "null")]
        members.append("\"time\":" + (time.map { JSONText.quoted($0.description) } ?? "null"))
        members.append("\"frame_counter\":" + (encryption.map { String($0.frameCounter) } ?? "null"))
        members.append("\"crc\":" + JSONText.quoted(checksumState))
        let objects = objects.map { object in
            var members = [
                "\"obis\":" + JSONText.quoted(object.code.description),
                "\"value\":" + JSONText.quoted(object.valueString),
            ]
            if let unit = object.unitSymbol { members.append("\"unit\":" + JSONText.quoted(unit)) }
            if let time = object.time, object.quantity != nil {
                members.append("\"time\":" + JSONText.quoted(time.description))
            }
            return "{" + members.joined(separator: ",") + "}"
        }
        members.append("\"objects\":[" + objects.joined(separator: ",") + "]")
        return "{" + members.joined(separator: ",") + "}"
    }

    /// A block of lines for people: code, value, and the name that the register has in reports.
    func table() -> String {
        var lines = [
            "\(meterIdentifier ?? identification)  \(time?.description ?? "without a time")  CRC \(checksumState)"
        ]
        let reading = reading(receivedAt: UTCInstant(secondsSince1970: 0))
        for object in objects {
            let value = object.unitSymbol.map { "\(object.valueString) \($0)" } ?? object.valueString
            let name = reading.name(of: object.code) ?? TextNames.name(of: object.code) ?? ""
            lines.append("  " + pad(object.code.description, 14) + (name.isEmpty ? value : pad(value, 24) + name))
        }
        return lines.joined(separator: "\n")
    }

    private func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }

    private var checksumState: String {
        switch checksum {
        case .good: "ok"
        case .absent: "absent"
        case .wrong: "wrong"
        case .unchecked: "unchecked"
        }
    }
}
