import UplinkPayload

/// A sum of the last intervals reports.
struct ParityContent: UplinkContent {
    let frame: [UInt8]
    let kind = ReportKind.parity

    func pack(_: DueUplink, _: PackingTask) throws(PackingError) -> UplinkPacker.Packed? { .init(payload: frame) }

    func reason(_ decision: UplinkDecision) -> String {
        "a sum of the last intervals reports, from which the collector computes those that are lost, at "
            + "\(decision.lossPercent) % loss"
    }
}
