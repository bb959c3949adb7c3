import ArgumentParser
import BaseService
import BridgeConfiguration
import LinuxHardware
import LoRaWAN
import Logging
import ServiceLifecycle
import UnixSignals
import UplinkBridge

struct Base: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The other end where there is no network: a second board that bridges join.",
        discussion: """
            A board with an SX127x or SX126x listens on one channel, lets its own bridges join, answers them, and tells an MQTT \
            broker what it hears as ChirpStack 4 would, so that p1lora-collector and all else that knows ChirpStack works \
            unchanged. The bridges have network = "private" in [lorawan]; "p1lora base pair" makes the lines of both ends.
            """,
        subcommands: [Serve.self, Ask.self, Pair.self, Examine.self, Check.self, Table.self])

    struct Serve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "run", abstract: "The service: listen and answer, until SIGTERM or SIGINT.")

        @OptionGroup var file: BaseFileOption

        @Option(help: "trace, debug, info, notice, warning, error or critical.")
        var logLevel: Logger.Level = .info

        func run() async throws {
            let file = try file.load(guardsKeys: true)
            do {
                try FileOwner.become(of: [file.statePath])
            } catch {
                throw failure("\(error)")
            }
            let isJournal = JournalStream.isStandardError()
            LoggingSystem.bootstrap { label in
                if isJournal { return JournalLog() }
                return OneLineLog(label: label)
            }
            var logger = Logger(label: "p1lora-base")
            logger.logLevel = logLevel
            if file.names.isEmpty { logger.warning("no [[device]] yet: \"p1lora base pair\" makes one") }
            if file.broker == nil { logger.notice("no [mqtt]: what is heard is told in this log alone") }
            let group = ServiceGroup(
                services: [BaseService(file, logger: logger)], gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger)
            do {
                try await group.run()
            } catch {
                throw failure("\(error)")
            }
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read the configuration, and say what follows from it.",
            discussion: "Opens no device; \"p1lora base run\" does.")

        @OptionGroup var file: BaseFileOption

        func run() throws {
            let file = try file.load(guardsKeys: true)
            for line in file.summary { StandardOutput.line(line) }
        }
    }
}

extension Base {
    struct Table: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "airtime",
            abstract:
                "What 1, 3 and 8 bridges can send each 10 s, minute and quarter-hour: bytes of payload, as Markdown.")

        @OptionGroup var place: RegionOption

        func run() throws {
            let region = try place.region()
            for line in BaseAirTime.table(of: region, frequency: PrivateNetwork.usualFrequency(in: region)) {
                StandardOutput.line(line)
            }
        }
    }
}

/// `--region NAME`.
struct RegionOption: ParsableArguments {
    @Option(name: .customLong("region"), help: "EU868, EU433, IN865 or RU864.")
    var name = "EU868"

    func region() throws -> Region {
        let region: Region
        do {
            region = try Region(named: name)
            try PrivateNetwork(
                frequency: PrivateNetwork.usualFrequency(in: region), dataRate: DataRate(5),
                pairingDataRate: DataRate(0)
            ).check(in: region)
        } catch {
            throw wrongUsage("\(error)")
        }
        return region
    }
}

/// `--config FILE` of the base.
struct BaseFileOption: ParsableArguments {
    @Option(
        name: [.customLong("config"), .customShort("c")], help: "The base's configuration file.", completion: .file())
    var path = BaseFile.installedPath

    func load(guardsKeys: Bool = false) throws -> BaseFile {
        do {
            return try BaseFile(contentsOfFile: path, guardsKeys: guardsKeys)
        } catch {
            throw failure(error, in: path)
        }
    }
}
