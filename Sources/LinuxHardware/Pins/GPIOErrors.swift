import CGPIO
import Glibc
import HardwareInterfaces

extension HardwareError {
    /// Why a line could not be had, and what to do about it: the chip is asked, because one errno has several reasons.
    static func taking(_ address: GPIOAddress, errno code: Int32) -> HardwareError {
        let count = p1lora_gpio_line_count(address.chip)
        guard count >= 0 else { return takingChip(address.chip, errno: errno) }
        let device = address.description
        guard address.line < count else {
            return HardwareError(
                .notFound, device: device,
                message:
                    "the chip has no such line, its lines are 0 to \(count - 1): write the number of the GPIO, not "
                    + "that of the pin on the header (see: gpioinfo)")
        }
        switch code {
        case EBUSY:
            return HardwareError(
                .busy, device: device,
                message: "the line is taken by another program, by a kernel driver, or twice in the configuration: "
                    + "gpioinfo shows by whom")
        case ENXIO, EOPNOTSUPP:
            return HardwareError(
                .failed(errno: code), device: device,
                message: "the line cannot report edges: choose another one (gpioinfo lists them), or none")
        default:
            return failing("taking the line", device, errno: code)
        }
    }

    private static func takingChip(_ chip: String, errno code: Int32) -> HardwareError {
        switch code {
        case ENOENT where chip == GPIOAddress.header:
            HardwareError(
                .notFound, device: chip,
                message: "this board has no header that is known: write its chip as gpio_chip, by label (gpiodetect)")
        case ENOENT, ENODEV, ENXIO:
            HardwareError(
                .notFound, device: chip,
                message: "there is no such GPIO chip: gpiodetect lists those of this board, by name and label")
        case ENOTTY:
            HardwareError(
                .failed(errno: code), device: chip,
                message: "this is no GPIO chip: gpiodetect lists those of this board, by name and label")
        default: opening(chip, errno: code)
        }
    }
}
