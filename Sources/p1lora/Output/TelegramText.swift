import MeterValues
import SmartMeter
import Timekeeping
import UplinkPayload

extension Telegram {
    /// One line of JSON.
    func json() -> String {
        var line: [UInt8] = []
        appendJSON(to: &line)
        return String(decoding: line, as: UTF8.self)
    }

    /// One line of JSON without its end, behind what is there: an archive of telegrams is read by the ten thousand in a second.
    func appendJSON(to line: inout [UInt8]) {
        line.append("{\"meter\":")
        if let meterIdentifier { JSONText.append(meterIdentifier, to: &line) } else { line.append("null") }
        line.append(",\"time\":")
        if let time { line.append(time) } else { line.append("null") }
        line.append(",\"frame_counter\":")
        if let encryption { line.append(decimal: UInt64(encryption.frameCounter)) } else { line.append("null") }
        line.append(",\"crc\":")
        JSONText.append(checksumState, to: &line)
        line.append(",\"objects\":[")
        var isFirst = true
        for object in objects {
            if !isFirst { line.append(UInt8(ascii: ",")) }
            isFirst = false
            object.appendJSON(to: &line)
        }
        line.append("]}")
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

extension TelegramObject {
    fileprivate func appendJSON(to line: inout [UInt8]) {
        line.append("{\"obis\":\"")
        code.append(to: &line)
        line.append("\",\"value\":")
        guard let quantity else {
            JSONText.append(valueString, to: &line)
            return line.append("}")
        }
        line.append("\"")
        quantity.appendDecimal(to: &line)
        line.append("\"")
        if let unitSymbol {
            line.append(",\"unit\":")
            JSONText.append(unitSymbol, to: &line)
        }
        if let time {
            line.append(",\"time\":")
            line.append(time)
        }
        line.append("}")
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { append(contentsOf: $0) }
    }

    fileprivate mutating func append(_ time: UTCInstant) {
        append(UInt8(ascii: "\""))
        time.append(to: &self)
        append(UInt8(ascii: "\""))
    }
}
