import BridgeConfiguration
import HardwareInterfaces
import RadioDrivers

/// What answered on an SPI bus.
struct FoundRadio {
    let device: String
    /// nil where no chip answers.
    let family: ChipProbe.Family?
    /// Why it can't be asked.
    let trouble: String?

    var words: String {
        switch family {
        case .sx127x(let model)?: "an \(model.rawValue) answers"
        case .sx126x(let name)?: "an \(name.hasPrefix("LLCC") ? name : "SX126x") answers (it says \(name))"
        case nil: trouble ?? "no chip answers at this chip select"
        }
    }
}
