import MeterValues
import UplinkPayload

extension Reading {
    /// Its registers in the order of their codes.
    var registerStatus: [BridgeStatus.RegisterStatus] {
        shownCodes.compactMap { code in
            quantities[code].map {
                .init(obis: code.description, name: name(of: code), value: $0.decimalString, unit: $0.unit.symbol)
            }
        }
    }

    var textStatus: [BridgeStatus.TextStatus] {
        texts.sorted { $0.key < $1.key }.map { code, text in
            .init(obis: code.description, name: TextNames.name(of: code), text: text)
        }
    }
}
