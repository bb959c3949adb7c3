import HardwareInterfaces
import LoRaWAN
import Timekeeping

/// How a module with AT commands is talked to.
extension ModuleConsole {
    /// - Returns: what is told until the command is answered; nil where nothing is.
    mutating func reports(of command: ATCommand, _ dialect: any ATDialect) throws -> [ATReport]? {
        var (reports, hasAnswered): ([ATReport], Bool) = ([], false)
        try lines(of: command, dialect) { line in
            hasAnswered = true
            reports += dialect.reports(line, answering: command)
        }
        return hasAnswered ? reports : nil
    }

    /// Tells of each line until the command is answered.
    mutating func lines(of command: ATCommand, _ dialect: any ATDialect, heard: (String) -> Void) throws {
        try pass(.milliseconds(20))
        forget()
        try tell(command.text)
        let end = now + command.patience
        // A device that never falls silent must not hold the bench.
        for _ in 0..<20 where now < end {
            guard let line = try answer(within: end - now) else { return }
            heard(line)
            let reports = dialect.reports(line, answering: command)
            let isOver = reports.contains {
                switch $0 {
                case .done, .refused, .busy, .wrongMode, .notJoined: true
                default: false
                }
            }
            if isOver { return }
        }
    }

    /// Waits until somebody answers.
    mutating func greet(_ dialect: any ATDialect) throws {
        for _ in 0..<3 {
            let reports = try reports(of: ATCommand("AT", .attention), dialect) ?? []
            if reports.contains(.done) || reports.contains(.busy) || reports.contains(.wrongMode) { return }
        }
        throw RadioError(
            hasHeard
                ? "something answers, but not as a \(dialect.name) does: is this its port, and is type the module's?"
                : "no \(dialect.name) answers: is its TX wired to RX and its RX to TX, has it power, is this its port, and is it "
                    + "no board for SPI?")
    }
}
