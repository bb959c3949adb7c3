import BridgeConfiguration
import BridgePlanning
import MeterValues
import SmartMeter
import UplinkPayload

/// Reports of currents have steps of 1 A unless they are told otherwise, and many meters send finer ones.
struct CurrentSteps {
    private let fields: [Field]

    /// - Parameter number: the meter's.
    init(_ configuration: BridgeConfiguration, meter number: Int) {
        fields = configuration.reports.filter { $0.meters.contains(number) }.flatMap(\.layouts).flatMap(\.fields)
            .filter { $0.unit.dimension == .current }
    }

    /// What a person may want to change; nil where nothing of what the meter sends is lost.
    func note(_ telegram: Telegram) -> String? {
        let coarse = fields.filter { field in
            guard case .register(let code) = field.source, let sent = telegram.quantity(code),
                sent.unit.dimension == .current
            else { return false }
            return Int(sent.decimals) - sent.unit.exponent > field.resolution.decimals - field.unit.exponent
        }
        guard !coarse.isEmpty else { return nil }
        let names = coarse.map(\.name).joined(separator: ", ")
        return "the meter sends \(names) in finer steps than the report has: a resolution in its fields keeps them"
    }
}
