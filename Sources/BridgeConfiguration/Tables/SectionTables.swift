import UplinkPayload

/// The tables of a file, asked for all together, so that a misspelt one is told before what is missing because of it.
struct SectionTables {
    let root: ConfigurationTable
    let meters, pulses, reports: [ConfigurationTable]
    let lorawan, radio, planner, state, codec, status, metrics, mqtt, web: ConfigurationTable
    /// Those of meters and pulses: the order of the file is that of the numbers, so that a meter of either kind can be
    /// added at its end.
    let inOrder: [ConfigurationTable]
    /// Of the meters, in that order.
    let names: [String]

    init(_ root: ConfigurationTable) {
        self.root = root
        // A downlink's command tells reports apart in seven bits.
        reports = root.sections("report", most: 127)
        meters = root.sections("meter", most: ReadingsLayout.mostMeters)
        pulses = root.sections("pulse", most: ReadingsLayout.mostMeters)
        lorawan = root.section("lorawan")
        radio = root.section("radio")
        planner = root.section("planner")
        state = root.section("state")
        codec = root.section("codec")
        status = root.section("status")
        metrics = root.section("metrics")
        mqtt = root.section("mqtt")
        web = root.section("web")
        root.finish()
        inOrder = (meters + pulses).sorted { $0.line ?? 0 < $1.line ?? 0 }
        let pulses = self.pulses
        names = inOrder.map { table in table.name(default: pulses.contains { $0 === table } ? "pulse" : "main") }
    }

    /// Each with its number among all meters.
    func numbered(_ tables: [ConfigurationTable]) -> [(ConfigurationTable, Int)] {
        tables.compactMap { table in inOrder.firstIndex { $0 === table }.map { (table, $0) } }
    }

    /// There must be something to read and something to send, and names that differ.
    func checkCounts() {
        if inOrder.isEmpty, root.lacks("meter"), root.lacks("pulse") {
            root.refuse(nil, "there is no [[meter]] and no [[pulse]]: the bridge has nothing to read")
        }
        if reports.isEmpty, root.lacks("report") {
            root.refuse(nil, "there is no [[report]]: the bridge has nothing to send")
        }
        if inOrder.count > ReadingsLayout.mostMeters {
            root.refuse("meter", "\(inOrder.count) meters, at most \(ReadingsLayout.mostMeters) fit a frame")
        }
        var seen: Set<String> = []
        for (name, table) in zip(names, inOrder) where !seen.insert(name).inserted {
            table.refuse("name", "two meters are called \"\(name)\"")
        }
    }
}
