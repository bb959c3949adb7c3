import HardwareInterfaces
import LoRaWAN
import Timekeeping

/// Bench work with a module with AT commands: what is set in it. Its MAC can't be set aside without losing the session, so
/// nothing is sent or heard beside it.
struct ATBench: ModuleBench {
    private let dialect: any ATDialect
    private var console: ModuleConsole

    let powers = 0...0

    init(_ dialect: any ATDialect, line: any BreakableLine, clock: any Clock, waiter: any Waiting) throws {
        self.dialect = dialect
        console = ModuleConsole(line: line, clock: clock, waiter: waiter)
        try console.greet(dialect)
    }

    mutating func settings(of region: Region) throws -> [ModuleSetting] {
        var settings: [ModuleSetting] = []
        for command in [dialect.version] + dialect.look + dialect.survey {
            // A key that is told here is told nobody.
            guard !command.text.uppercased().contains("KEY") else { continue }
            try console.lines(of: command, dialect) { line in
                guard line != "OK" else { return }
                settings.append(ModuleSetting(name: command.text, value: line))
            }
        }
        return settings
    }

    func transmit(_ transmission: Transmission) throws -> TimeSpan { throw refusal }

    func receive(
        frequency: Int, modulation: Modulation.LoRa, uplinks: Bool, for span: TimeSpan, heard: (HeardFrame) -> Void
    ) throws { throw refusal }

    private var refusal: RadioError {
        RadioError(
            "a \(dialect.name) sends and hears through its own MAC alone, which can't be set aside without losing its session: "
                + "\"p1lora doctor --join\" tries it")
    }
}
