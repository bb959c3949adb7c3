import ArgumentParser
import BaseService
import BridgeConfiguration
import LoRaWAN

extension Base {
    struct Pair: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Keys for another bridge: the lines of both ends.",
            discussion: """
                Makes a DevEUI, a JoinEUI and an AppKey from the system's random source, and prints the [[device]] lines for the \
                base's file, a line that "p1lora setup" takes on the bridge's board, and the same by hand. A key never goes over the air: carry it by hand, and start \
                both ends anew. A board that is replaced is paired anew.
                """)

        @OptionGroup var file: BaseFileOption

        @Argument(help: "What to call the bridge: cellar, hut.")
        var name = "bridge"

        func validate() throws {
            guard !name.isEmpty, name.utf8.count <= 40, name.unicodeScalars.allSatisfy(\.isPlain) else {
                throw ValidationError("the name has letters, digits, spaces, - and _, at most 40 of them.")
            }
        }

        func run() throws {
            let file = try file.load()
            guard !file.names.contains(name) else { throw wrongUsage("\(name) is in the base's file already") }
            let pairing = try Pairing(of: file, name: name)
            StandardOutput.line("# at the end of the base's file:")
            StandardOutput.write(pairing.baseLines)
            StandardOutput.line("")
            StandardOutput.line(
                "# on the bridge's board, where \"p1lora setup\" asks for the pairing (or setup --pairing-file):")
            StandardOutput.line(pairing.line)
            StandardOutput.line("")
            StandardOutput.line("# or by hand in the bridge's file, in place of its [lorawan]:")
            StandardOutput.write(pairing.bridgeLines)
            if let drawing = QRCode.drawing(of: pairing.line, as: .terminal) {
                StandardOutput.line("")
                StandardOutput.line("# the pairing once more, with the key, for a telephone:")
                StandardOutput.write(drawing)
            }
        }
    }
}

extension Unicode.Scalar {
    fileprivate var isPlain: Bool {
        self == " " || self == "-" || self == "_" || properties.isAlphabetic || ("0"..."9").contains(self)
    }
}
