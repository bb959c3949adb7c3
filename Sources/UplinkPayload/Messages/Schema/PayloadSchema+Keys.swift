extension PayloadSchema {
    /// For each meter what stands in front of its keys: its name in a-z, 0-9 and _.
    var prefixes: [String] {
        var taken: Set<String> = []
        return meters.enumerated().map { number, name in
            let plain = name.lowercased().unicodeScalars.map { scalar -> Character in
                ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) ? Character(scalar) : "_"
            }
            var prefix = String(plain)
            if prefix.allSatisfy({ $0 == "_" }) || taken.contains(prefix) { prefix = "meter\(number)" }
            while !taken.insert(prefix).inserted { prefix += "_" }
            return prefix
        }
    }

    /// The report with its keys as this schema wants them.
    func withKeys(_ report: DecodedReport) -> DecodedReport {
        guard keys == .byMeter, case .text(let meter)? = report["meter"],
            let number = meters.firstIndex(of: meter)
        else { return report }
        let prefix =
            prefixes[number] + (report[DecodedReport.historyKey] == nil ? "_" : "_\(DecodedReport.historyKey)_")
        return DecodedReport(
            entries: report.entries.map { entry in
                if FlatKeys.kept.contains(entry.key) { return entry }
                guard entry.key == DecodedReport.saturatedKey, case .text(let names) = entry.value else {
                    return DecodedEntry(prefix + entry.key, entry.value)
                }
                let list = names.split(separator: ",").map { prefix + $0 }.joined(separator: ",")
                return DecodedEntry(prefix + entry.key, .text(list))
            })
    }

    /// Names of fields that several meters send, with those meters: where the keys are plain, and so the same.
    ///
    /// - Parameter meters: for each of ``reports`` the numbers of its meters.
    public func sharedKeys(_ meters: [[Int]]) -> [(meters: [String], keys: [String])] {
        guard keys == .plain else { return [] }
        var senders: [(key: String, meters: Set<Int>)] = []
        for (report, numbers) in zip(reports, meters) {
            for name in report.fields.map(\.name) {
                if let index = senders.firstIndex(where: { $0.key == name }) {
                    senders[index].meters.formUnion(numbers)
                } else {
                    senders.append((name, Set(numbers)))
                }
            }
        }
        var groups: [(meters: Set<Int>, keys: [String])] = []
        for sender in senders where sender.meters.count > 1 {
            if let index = groups.firstIndex(where: { $0.meters == sender.meters }) {
                groups[index].keys.append(sender.key)
            } else {
                groups.append((sender.meters, [sender.key]))
            }
        }
        return groups.map { group in (group.meters.sorted().map { self.meters[$0] }, group.keys) }
    }
}

extension ReportLayout {
    /// All that the report sends, in its order.
    public var fields: [Field] {
        switch self {
        case .readings(let layouts): layouts.flatMap(\.fields)
        case .intervals(let layout): layout.fields
        case .status: []
        }
    }
}
