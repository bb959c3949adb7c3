import Glibc
import UplinkBridge

/// What `keys new` and `keys show` print, so that a person can register the device.
struct RegistrationPage {
    let registration: Registration
    /// Where to write the QR code as a picture; nil for nowhere.
    let svg: String?

    func print() throws {
        StandardOutput.line("Any network server")
        for (name, value) in registration.fields {
            StandardOutput.line("  " + name.padded(to: 22) + value)
        }
        StandardOutput.line("\nThe Things Stack (ttn-lw-cli)\n\(registration.thingsStackCommand)")
        StandardOutput.line("\nChirpStack (REST, with a device profile of MAC version 1.0.4)")
        for (path, body) in registration.chirpStackRequests { StandardOutput.line("POST \(path)\n\(body)") }
        guard let text = registration.qrText else {
            if svg != nil { throw failure("--svg: there is no QR code for a device that does not join (TR005)") }
            return
        }
        StandardOutput.line("\nQR code for the apps of network servers (TR005; the key is not in it)\n\(text)")
        try draw(text)
    }

    private func draw(_ text: String) throws {
        let hint = "qrencode draws it: apt-get install qrencode"
        if isatty(STDOUT_FILENO) == 1 {
            StandardOutput.line(QRCode.drawing(of: text, as: .terminal) ?? hint)
        }
        guard let svg else { return }
        guard let picture = QRCode.drawing(of: text, as: .svg) else { throw failure("--svg: \(hint)") }
        try writeFile(picture, to: svg, option: "--svg")
    }
}
