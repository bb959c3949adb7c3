import BridgeConfiguration
import HardwareInterfaces
import RadioDrivers

/// What answered on an SPI bus.
struct FoundRadio {
    let device: String
    /// nil where no chip answers.
    let chip: FoundChip?
    /// Why it can't be asked.
    let trouble: String?

    var words: String {
        guard let answer = chip?.answer else { return trouble ?? "no chip answers at this chip select" }
        return "an \(answer.title) answers" + (answer.said == answer.title ? "" : " (it says \(answer.said))")
    }
}
