import ArgumentParser
import Glibc
import UplinkBridge

@main
struct P1Lora: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "p1lora",
        abstract: "Carries the readings of a smart meter over LoRaWAN.",
        discussion:
            "Exit codes: 0 all went well, 1 something failed (the reason is on standard error), 64 wrong usage; status has 2 "
            + "for a bridge in trouble.",
        version: BridgeVersion.withCommit,
        subcommands: [
            Demo.self, SetUp.self, Read.self, Payload.self, Codec.self, Run.self, Simulate.self, Plan.self, Keys.self,
            AirTimeCommand.self,
            Forget.self, Rejoin.self, Status.self, Doctor.self, Radio.self, Downlink.self, Base.self,
        ])

    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if let mistake = CommandWord.mistake(in: arguments, of: Self.self) {
            StandardError.line("p1lora: \(mistake)")
            Glibc.exit(ExitCode.validationFailure.rawValue)
        }
        await main(CommandWord.withDefaultHelp(arguments, of: Self.self))
    }
}
