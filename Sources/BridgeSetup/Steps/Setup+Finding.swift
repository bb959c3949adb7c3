import BridgeConfiguration
import HardwareInterfaces
import RadioDrivers

extension Setup {
    /// Asks the buses that there are; nothing is reset, and nothing written to a chip.
    func findRadios() -> [FoundRadio] {
        devices.spiDevices().map { device in
            do {
                return FoundRadio(
                    device: device, chip: try RadioKinds.found(on: try devices.openBus(device)), trouble: nil)
            } catch let error as HardwareError {
                return FoundRadio(device: device, chip: nil, trouble: explained(error))
            } catch {
                return FoundRadio(device: device, chip: nil, trouble: "\(error)")
            }
        }
    }

    /// With the program that holds a device.
    func explained(_ error: HardwareError) -> String {
        let holders = error.reason == .busy ? devices.holders(error.device) : []
        guard !holders.isEmpty else { return error.message }
        let isService = holders.contains { $0.hasPrefix("p1lora ") }
        return "held by \(holders.joined(separator: ", ")): "
            + (isService ? "stop the service (systemctl stop p1lora)" : "end that program")
    }
}
