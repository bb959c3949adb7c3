import HardwareInterfaces
import LoRaWAN
import Timekeeping

/// Asks a module with AT commands what it is.
struct ATProbe: ModuleProbe {
    private let dialect: any ATDialect
    private var console: ModuleConsole

    init(_ dialect: any ATDialect, line: any BreakableLine, clock: any Clock, waiter: any Waiting) {
        self.dialect = dialect
        console = ModuleConsole(line: line, clock: clock, waiter: waiter)
    }

    mutating func ask() throws -> ModulePortrait {
        try console.greet(dialect)
        var found = ATFindings()
        for command in [dialect.version] + dialect.look {
            for report in try console.reports(of: command, dialect) ?? [] {
                if case .fact(let fact) = report { found.take(fact) }
                if report == .wrongMode { found.mode = .peerToPeer }
            }
        }
        guard let version = found.version else {
            throw RadioError("the module does not tell its firmware: is it a \(dialect.name)?")
        }
        guard version >= dialect.oldest else {
            throw RadioError("\(dialect.name) firmware \(version) is too old: load \(dialect.oldest) or newer into it")
        }
        return ModulePortrait(
            name: "\(dialect.name) \(version)", identity: found.devEUI.map { DevEUI(rawValue: $0).description },
            oddities: oddities(of: found))
    }

    private func oddities(of found: ATFindings) -> [String] {
        var oddities: [String] = []
        if found.mode == .peerToPeer {
            oddities.append(
                "the module is in its peer-to-peer or test mode: the service makes it a LoRaWAN device again")
        }
        if found.hasDutyCycle == false || found.hasJoinDutyCycle == false {
            oddities.append(
                "the module's own duty cycle is off: the service switches it on where the region has one, as a second fence "
                    + "beside its accounts")
        }
        return oddities
    }

    /// It keeps its session in memory that a reset clears.
    mutating func obeys(_ reset: any OutputPin) throws -> Bool? { nil }
}
