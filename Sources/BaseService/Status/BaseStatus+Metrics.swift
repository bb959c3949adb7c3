import UplinkBridge

extension BaseStatus {
    /// For Prometheus, in the text format 0.0.4.
    package func metrics() -> [UInt8] {
        var page = MetricsPage()
        func each(_ value: (Bridge) -> String?) -> [(labels: [(String, String)], value: String)] {
            bridges.compactMap { bridge in value(bridge).map { ([("bridge", bridge.name)], $0) } }
        }
        page.family("base_healthy", .gauge, "1 when all is well.", value: isHealthy ? "1" : "0")
        page.family("base_uplinks_total", .counter, "Uplinks that came, since the start.", each { "\($0.uplinks)" })
        page.family(
            "base_uplinks_lost_total", .counter, "Uplinks that the counters tell of and that did not come.",
            each { "\($0.lost)" })
        page.family("base_rssi_dbm", .gauge, "Strength of the latest frame.", each { $0.rssi.map { "\($0)" } })
        page.family("base_snr_db", .gauge, "Signal to noise of the latest frame.", each { $0.snr.map { "\($0)" } })
        page.family(
            "base_heard_seconds", .gauge, "Seconds since the latest frame.", each { $0.heardAgoSeconds.map { "\($0)" } }
        )
        page.family("base_missing", .gauge, "1 when the bridge is looked for.", each { $0.isMissing ? "1" : "0" })
        page.family("base_downlinks_waiting", .gauge, "Downlinks that wait for the bridge.", each { "\($0.waiting)" })
        page.family(
            "base_refused_frames_total", .counter, "Frames that were passed over, since the start.",
            refusals.sorted { $0.key < $1.key }.map { ([("reason", $0.key)], "\($0.value)") })
        page.family("base_air_time_seconds", .gauge, "Sent in the last hour.", value: "\(airTimeSeconds)")
        page.family(
            "base_air_time_limit_seconds", .gauge, "What the law allows in an hour.",
            value: airTimeLimitSeconds.map { "\($0)" })
        page.family(
            "base_missed_answers_total", .counter, "Answers without air-time, or late.", value: "\(missedAnswers)")
        page.family(
            "base_broker_connected", .gauge, "1 when the broker is there.",
            value: broker.map { $0.isConnected ? "1" : "0" })
        page.family(
            "base_events_waiting", .gauge, "Events that the broker has not taken.",
            value: broker.map { "\($0.waiting)" })
        page.family(
            "base_events_dropped_total", .counter, "Events thrown away because the broker was away too long.",
            value: broker.map { "\($0.dropped)" })
        return Array(page.text.utf8)
    }
}
