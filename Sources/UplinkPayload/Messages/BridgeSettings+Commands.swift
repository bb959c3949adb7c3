public import MeterValues

/// What a bridge has to do beside keeping its settings.
public enum BridgeOrder: Hashable, Sendable {
    /// Send the report at this position of the configuration, from 0; all of them when nil.
    case sendNow(report: Int?)
    /// Send quarter-hours of a meter again, with the report at this position.
    case sendIntervals(report: Int, meter: Int, first: QuarterHour, count: Int)
    /// The server has these quarter-hours of a meter: see ``Command/acknowledgeIntervals(report:meter:newest:hours:)``.
    case acknowledgeIntervals(report: Int, meter: Int, newest: QuarterHour, hours: Int)
    /// Send all pages of the status.
    case sendStatus
    /// Join anew.
    case rejoin
}

extension BridgeSettings {
    /// Carries out a downlink: changes the settings within `bounds`; not when its sequence number is among those remembered.
    ///
    /// Store the settings before the orders are obeyed and the reply is sent: then a power cut repeats no command. What was
    /// ordered and not yet done is lost with it, and so is the reply that would have told of it.
    /// - Returns: what to answer in the next uplink, and what is to be done.
    public mutating func carryOut(
        _ downlink: [UInt8], within bounds: SettingsBounds
    ) -> (reply: Reply, orders: [BridgeOrder]) {
        let received = ReceivedCommands(downlink)
        guard let sequence = received.sequence, received.commands.first?.number != 0 else {
            let answers = received.commands.compactMap { item -> Reply.Answer? in
                guard case .failure(let reason) = item.content else { return nil }
                return Reply.Answer(command: 0, result: .refused(reason))
            }
            return (Reply(sequence: received.sequence ?? 0, answers: answers), [])
        }
        guard !recentSequences.contains(sequence) else {
            return (Reply(sequence: sequence, answers: [.init(command: 0, result: .refused(.replayed))]), [])
        }
        remember(sequence)
        var orders: [BridgeOrder] = []
        let answers = received.commands.map { item in
            let result: Reply.Result
            switch item.content {
            case .failure(let reason): result = .refused(reason)
            case .success(let command): result = carryOut(command, bounds, &orders)
            }
            return Reply.Answer(command: item.number, result: result)
        }
        return (Reply(sequence: sequence, answers: answers), orders)
    }

    private mutating func carryOut(
        _ command: Command, _ bounds: SettingsBounds, _ orders: inout [BridgeOrder]
    ) -> Reply.Result {
        switch command {
        case .sendNow(let report):
            if let report, report > bounds.reports.count { return .refused(.noSuchReport) }
            orders.append(.sendNow(report: report.map { $0 - 1 }))
            return .accepted
        case .setReport(let report, let isOn, let period):
            guard reports.indices.contains(report - 1) else { return .refused(.noSuchReport) }
            reports[report - 1].isOn = isOn
            guard let period else { return .accepted }
            let legal = min(max(period, bounds.shortestPeriod), Report.longest)
            reports[report - 1].period = legal
            return legal == period ? .accepted : .clamped(.setReport(report, isOn: isOn, period: legal))
        case .setLimit(let limit, let meter, let value):
            guard limits.indices.contains(meter) else { return .refused(.noSuchMeter) }
            let legal = value.map { min(max($0, limit.range.lowerBound), limit.range.upperBound) }
            limits[meter][limit] = legal
            return legal == value ? .accepted : .clamped(.setLimit(limit, meter: meter, value: legal))
        case .sendIntervals(let report, let meter, let first, let count):
            guard bounds.reports.indices.contains(report - 1) else { return .refused(.noSuchReport) }
            guard meter < bounds.meterCount else { return .refused(.noSuchMeter) }
            guard bounds.reports[report - 1] == .intervals else { return .refused(.noIntervals) }
            let legal = min(count, bounds.mostIntervals)
            orders.append(.sendIntervals(report: report - 1, meter: meter, first: first, count: legal))
            return legal == count
                ? .accepted : .clamped(.sendIntervals(report: report, meter: meter, first: first, count: legal))
        case .acknowledgeIntervals(let report, let meter, let newest, let hours):
            guard bounds.reports.indices.contains(report - 1) else { return .refused(.noSuchReport) }
            guard meter < bounds.meterCount else { return .refused(.noSuchMeter) }
            guard bounds.reports[report - 1] == .intervals else { return .refused(.noIntervals) }
            orders.append(.acknowledgeIntervals(report: report - 1, meter: meter, newest: newest, hours: hours))
            return .accepted
        case .sendStatus:
            orders.append(.sendStatus)
            return .accepted
        case .rejoin:
            orders.append(.rejoin)
            return .accepted
        case .setAirTime(let tenths):
            let wanted = tenths ?? (bounds.mayLiftAirTime ? nil : bounds.airTime.upperBound)
            let legal = wanted.map { min(max($0, bounds.airTime.lowerBound), bounds.airTime.upperBound) }
            dailyAirTime = legal
            return legal == tenths ? .accepted : .clamped(.setAirTime(legal))
        }
    }
}
