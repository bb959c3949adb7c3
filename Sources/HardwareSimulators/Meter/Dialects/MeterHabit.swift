/// What meters of the field do that is not in the book, and that a reader must bear.
package enum MeterHabit: String, Hashable, Sendable, CaseIterable {
    /// `!ab3f`
    case lowerCaseChecksum
    /// `!3F` for 003F (WarmteLink).
    case unpaddedChecksum
    /// `!` alone.
    case noChecksum
    /// The telegram has no last line at all (a variant of the MT382).
    case noEndMark
    /// LF instead of CR LF.
    case lineFeedOnly
    case nulBehind, formFeedBehind, onesBehind, textBehind
    /// `/HLY5/D545-METER`
    case slashInIdentification
    /// `*255` behind each code (EasyMeter).
    case suffixedCodes
    /// `(240.4V)` (Holley in Hungary).
    case unitWithoutStar
    /// The clock is not set: `632525252525S` in one line after the other.
    case neverStamps
    /// The twelve digits of a time without the season.
    case stampsWithoutSeason
    /// An M-Bus channel whose meter is gone: a stamp that means never and a number without unit.
    case deadChannel
    /// A line that is no object, and one whose value is garbage.
    case oddLines
    /// A byte above 0x7F in a message.
    case highByte

    /// Whether the telegram ends as its dialect says.
    package var keepsEnd: Bool { self != .noEndMark && self != .noChecksum }

    func apply(to sheet: inout TelegramSheet) {
        switch self {
        case .lowerCaseChecksum: close(&sheet, .lowerCaseChecksum)
        case .unpaddedChecksum: close(&sheet, .unpaddedChecksum)
        case .noChecksum: sheet.closing = .mark
        case .noEndMark: sheet.closing = .nothing
        case .lineFeedOnly: sheet.lineEnd = "\n"
        case .nulBehind: sheet.trailer.append(0)
        case .formFeedBehind: sheet.trailer.append(0x0C)
        case .onesBehind: sheet.trailer.append(0xFF)
        case .textBehind: sheet.trailer += "EasyMeter Q3D V3.04\r\n".utf8
        case .slashInIdentification: sheet.identification = "HLY5/D545-METER"
        case .suffixedCodes: suffixCodes(&sheet)
        case .unitWithoutStar:
            for index in sheet.lines.indices {
                let open = sheet.lines[index].firstIndex(of: "(") ?? sheet.lines[index].endIndex
                let values = sheet.lines[index][open...].filter { $0 != "*" }
                sheet.lines[index].replaceSubrange(open..., with: values)
            }
        case .neverStamps: changeStamps(&sheet) { _ in "632525252525S" }
        case .stampsWithoutSeason: changeStamps(&sheet) { String($0.dropLast()) }
        case .deadChannel:
            for line in ["0-4:24.1.0(003)", "0-4:96.1.0()", "0-4:24.2.1(700101010000W)(00000000)"] { sheet.add(line) }
        case .oddLines:
            sheet.lines.insert("no object at all", at: min(1, sheet.lines.count))
            sheet.add("1-0:99.99.0(12,5*kWh")
        case .highByte: sheet.add("0-0:96.13.1(\u{E9}t\u{E9})")
        }
    }

    private func close(_ sheet: inout TelegramSheet, _ closing: TelegramSheet.Closing) {
        if sheet.closing == .checksum { sheet.closing = closing }
    }

    private func suffixCodes(_ sheet: inout TelegramSheet) {
        for index in sheet.lines.indices {
            guard let open = sheet.lines[index].firstIndex(of: "("), open > sheet.lines[index].startIndex,
                !sheet.lines[index][..<open].contains("*")
            else { continue }
            sheet.lines[index].insert(contentsOf: "*255", at: open)
        }
    }

    /// Changes what is printed as twelve digits and a season.
    private func changeStamps(_ sheet: inout TelegramSheet, _ change: (Substring) -> String) {
        for index in sheet.lines.indices {
            let parts = sheet.lines[index].split(separator: "(", omittingEmptySubsequences: false).map { part in
                guard let close = part.firstIndex(of: ")") else { return String(part) }
                let value = part[..<close]
                let isStamp =
                    value.count == 13 && value.dropLast().allSatisfy(\.isNumber)
                    && (value.last == "S" || value.last == "W")
                return isStamp ? change(value) + part[close...] : String(part)
            }
            sheet.lines[index] = parts.joined(separator: "(")
        }
    }
}
