import BridgePlanning
import SmartMeter
package import Timekeeping
import UplinkPayload

extension BridgeStatus {
    /// The status as metrics in the Prometheus text format, in base units, with names of our own for all, so that
    /// node_exporter can take the page in beside its own.
    /// - Parameter time: now, on the clock by which the samples' times are told.
    package func metrics(at time: UTCInstant) -> [UInt8] {
        let now = Double(time.nanoseconds / 1_000_000) / 1_000
        var page = MetricsPage()
        page.family(
            "build_info", .gauge, "Always 1; the version of the program.", [([("version", version)], "1")])
        page.family("healthy", .gauge, "1 while nothing is wrong.", value: flag(healthy))
        page.family("start_time_seconds", .gauge, "When the service started.", value: "\(now - uptimeSeconds)")
        addMeters(to: &page, at: now)
        addRegisters(to: &page)
        addRadio(to: &page, at: now)
        if let link { add(link, to: &page, at: now) }
        page.family(
            "store_failures_total", .counter, "How often the state could not be stored.", value: "\(store.failures)")
        if let broker {
            page.family(
                "broker_connected", .gauge, "1 while the MQTT broker is there.", value: flag(broker.isConnected))
            page.family(
                "broker_messages_total", .counter, "Messages that the MQTT broker was given.",
                value: "\(broker.published)")
            page.family(
                "broker_skipped_messages_total", .counter, "Messages left out because the line was full.",
                value: "\(broker.skipped)")
        }
        page.family(
            "resident_memory_bytes", .gauge, "Memory of the process that is in RAM.",
            value: process.residentBytes.map(String.init))
        page.family(
            "cpu_seconds_total", .counter, "Processor time of the process.", value: "\(process.processorSeconds)")
        return Array(page.text.utf8)
    }

    private func flag(_ value: Bool) -> String { value ? "1" : "0" }

    private func addMeters(to page: inout MetricsPage, at now: Double) {
        page.family(
            "meter_up", .gauge, "1 while readings come from the meter.",
            meters.map { ([("meter", $0.name)], flag($0.state == .receiving)) })
        page.family(
            "meter_telegrams_total", .counter, "Good telegrams.",
            meters.map { ([("meter", $0.name)], "\($0.telegrams)") })
        page.family(
            "meter_problems_total", .counter, "What was wrong on the meter's line.",
            meters.flatMap { meter in
                meter.problems.map { ([("meter", meter.name), ("kind", $0.kind)], "\($0.count)") }
            })
        page.family(
            "meter_last_reading_timestamp_seconds", .gauge, "When the newest reading came.",
            meters.compactMap { meter in
                meter.readingAgoSeconds.map { ([("meter", meter.name)], "\(now - $0)") }
            })
    }

    private func addRegisters(to page: inout MetricsPage) {
        for family in RegisterFamily.all {
            page.family(
                family.name, family.kind, family.help,
                meters.flatMap { meter in
                    meter.registers.compactMap { register in
                        family.value(of: register).map { ([("meter", meter.name), ("obis", register.obis)], $0) }
                    }
                })
        }
    }

    private func addRadio(to page: inout MetricsPage, at now: Double) {
        page.family("radio_up", .gauge, "1 while the radio works.", value: flag(radio.isUp))
        page.family(
            "radio_restarts_total", .counter, "How often the radio had to be started anew.",
            value: "\(counters.radioRestarts)")
        page.family(
            "uplinks_total", .counter, "Uplinks by what came of them, repetitions not counted.",
            ["acknowledged", "failed", "sent", "unacknowledged"].map { result in
                ([("result", result)], "\(counters.uplinks.first { $0.kind == result }?.count ?? 0)")
            })
        page.family("downlinks_total", .counter, "Downlinks for the application.", value: "\(counters.downlinks)")
        page.family("frames_total", .counter, "Transmissions of any kind.", value: "\(counters.frames)")
        page.family("airtime_seconds_total", .counter, "Time on the air.", value: "\(counters.airTimeSeconds)")
        page.family("joins_total", .counter, "Joins.", value: "\(counters.joins)")
        page.family(
            "join_failures_total", .counter, "Join-requests without an answer.", value: "\(counters.joinFailures)")
        page.family(
            "discarded_frames_total", .counter, "Frames that were heard and not taken.",
            value: "\(counters.discardedFrames)")
        page.family(
            "reports_skipped_total", .counter, "Reports left out because the one before still waited.",
            value: "\(counters.skippedReports)")
        page.family(
            "reports_refused_total", .counter, "Reports that could not be sent.", value: "\(counters.refusedReports)")
        page.family(
            "last_uplink_timestamp_seconds", .gauge, "When the last frame was sent.",
            value: uplink.map { "\(now - $0.agoSeconds)" })
        page.family(
            "transmission_wait_seconds", .gauge, "How long the next frame has to wait for the law or the network.",
            value: "\(waiting?.seconds ?? 0)")
    }

    private func add(_ link: LinkStatus, to page: inout MetricsPage, at now: Double) {
        page.family("joined", .gauge, "1 while there is a session.", value: flag(link.isJoined))
        page.family("data_rate", .gauge, "The data rate of the next uplink.", value: link.dataRate.map(String.init))
        page.family(
            "uplink_fcnt", .gauge, "FCntUp of the next uplink.", value: "\(link.uplinkCounter)")
        page.family("downlink_rssi_dbm", .gauge, "Of the last frame of the network.", value: link.rssi.map(String.init))
        page.family("downlink_snr_db", .gauge, "Of the last frame of the network.", value: link.snr.map { "\($0)" })
        page.family(
            "last_downlink_timestamp_seconds", .gauge, "When the network was last heard.",
            value: link.heardAgoSeconds.map { "\(now - $0)" })
        page.family(
            "uplinks_since_last_downlink", .gauge, "New uplinks since the network was last heard.",
            value: "\(link.uplinksSinceHeard)")
        page.family(
            "unanswered_questions", .gauge, "Of these, how many the network had to answer.",
            value: "\(link.unansweredQuestions)")
        page.family(
            "band_airtime_used_seconds", .gauge, "Air-time in the sub-band, in the last hour.",
            link.bands.map { ([("band", $0.name)], "\($0.usedSeconds)") })
        page.family(
            "band_airtime_limit_seconds", .gauge, "Air-time that the law allows in an hour.",
            link.bands.map { ([("band", $0.name)], "\($0.limitSeconds)") })
        page.family(
            "purse_left_seconds", .gauge, "Air-time that the network's fair use leaves now.",
            value: link.purse.map { "\($0.leftSeconds)" })
        page.family(
            "purse_limit_seconds", .gauge, "Air-time of the network's fair use in 24 hours.",
            value: link.purse.map { "\($0.limitSeconds)" })
        let queue = link.queue
        page.family(
            "queue_length", .gauge, "What waits to be sent.",
            [
                ("answers", queue.answers), ("alarms", queue.alarms), ("pages", queue.pages),
                ("reports", queue.reports), ("backfills", queue.backfills),
            ].map { ([("kind", $0.0)], "\($0.1)") })
    }
}
