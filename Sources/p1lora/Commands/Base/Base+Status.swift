import ArgumentParser
import BaseService
import BridgeConfiguration
import HardwareInterfaces
import LinuxHardware
import Timekeeping
import UplinkBridge

extension Base {
    struct Ask: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "status", abstract: "How the base is: its bridges, air-time, refused frames, the broker.",
            discussion: """
                Asks the running service over a socket of this machine. Exit codes: 0 all is well, 1 the service does not \
                answer, 2 it answers and something is wrong (the first lines say what); with --format prometheus always 0.
                """)

        @OptionGroup var file: BaseFileOption

        @Option(help: "text, json or prometheus.")
        var format: Status.Format = .text

        func run() throws {
            let file = try file.load()
            guard file.status.isOn else { throw failure("[status] socket is off in this configuration") }
            let status = try answer(file)
            switch format {
            case .text: StandardOutput.write(BaseStatusText(status).text)
            case .json: StandardOutput.line(String(decoding: status.json(), as: UTF8.self))
            case .prometheus: StandardOutput.write(String(decoding: status.metrics(), as: UTF8.self))
            }
            if !status.isHealthy, format != .prometheus { throw ExitCode(2) }
        }

        private func answer(_ file: BaseFile) throws -> BaseStatus {
            var reasons: [String] = []
            for path in file.statusSockets {
                do {
                    let bytes = try LocalRequest.get("/status", socket: path, patience: .seconds(5))
                    guard let status = try? BaseStatus(json: bytes) else {
                        throw failure("\(path): the service is of another version than this command: start it anew")
                    }
                    return status
                } catch let error as HardwareError {
                    reasons.append("\(error)")
                }
            }
            throw failure(reasons.joined(separator: "; "))
        }
    }
}
