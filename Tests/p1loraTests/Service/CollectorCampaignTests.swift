import Foundation
import TestTags
import Testing

/// Two workers, broker and database, each killed or stopped again and again; what each path loses on the way is counted.
@Suite(
    .tags(.process), .waits, .slow, .serialized,
    .enabled(
        if: MosquittoServer.isInstalled && PostgreSQLServer.isInstalled && CollectorServiceTests.kills > 4,
        "P1LORA_KILLS=100 and apt-get install mosquitto postgresql to run this"))
struct CollectorCampaignTests {
    private enum Path: String, CaseIterable {
        case workerKilled = "a worker killed while messages come"
        case workerAway = "a worker killed, and messages while it is away"
        case brokerStopped = "the same, and the broker stopped in order"
        case brokerKilled = "the same, and the broker killed"
        case lowestQoS = "a worker away, messages with QoS 0"
        case databaseStopped = "the database stopped in order"
        case databaseKilled = "the database killed"

        /// Of ten rounds.
        static func of(round: Int) -> Self {
            switch round % 10 {
            case 2: .workerAway
            case 3: .databaseStopped
            case 5: .databaseKilled
            case 7: .brokerStopped
            case 8: .brokerKilled
            case 9: .lowestQoS
            default: .workerKilled
            }
        }
    }

    private final class Campaign {
        let broker: MosquittoServer
        let database: PostgreSQLServer
        let bench: CollectorProcess
        var workers: [Process] = []
        var sent = 0
        private var heard = 0
        private(set) var counts: [Path: (sent: Int, lost: Int, rounds: Int)] = [:]

        init() throws {
            broker = try MosquittoServer(keeps: true)
            database = try PostgreSQLServer()
            bench = try CollectorProcess(
                broker, "topic = \"$share/collectors/application/+/device/+/event/up\"\n",
                store: "url = \"\(try database.database())\"", age: 4_000)
            workers = try (0..<2).map { try bench.start(worker: $0) }
            try waitUntil(listening: [1, 1])
        }

        private func listened() -> [Int] {
            bench.logs(of: 2).map { $0.components(separatedBy: "listening to").count - 1 }
        }

        /// The log of a worker begins anew with each start.
        private func waitUntil(listening least: [Int]) throws {
            let isUp = try bench.wait(120) { zip(listened(), least).allSatisfy { $0 >= $1 } }
            try #require(isUp, "\(bench.logs(of: 2))")
        }

        private func publish(qos: Int = 1) throws {
            try bench.publish(sent..<sent + 25, qos: qos)
            sent += 25
        }

        func round(_ path: Path) throws {
            let victim = Int.random(in: 0...1)
            let before = sent
            var least = listened()
            switch path {
            case .workerKilled:
                try publish()
                usleep(useconds_t.random(in: 0...300_000))
                workers[victim].terminateAndWait()
            case .workerAway, .lowestQoS, .brokerStopped, .brokerKilled:
                workers[victim].terminateAndWait()
                try publish(qos: path == .lowestQoS ? 0 : 1)
                usleep(400_000)
                if path == .brokerStopped { broker.stopInOrder() }
                if path == .brokerKilled { broker.stop() }
                if path == .brokerStopped || path == .brokerKilled {
                    try broker.start()
                    least[1 - victim] += 1
                }
            case .databaseStopped, .databaseKilled:
                try database.stop(signal: path == .databaseKilled ? SIGKILL : SIGINT)
                try publish()
                usleep(useconds_t.random(in: 0...300_000))
                workers[victim].terminateAndWait()
                try database.start()
            }
            workers[victim] = try bench.start(worker: victim)
            least[victim] = 1
            try waitUntil(listening: least)
            let lost = try settle(wanted: sent - before)
            let count = counts[path] ?? (0, 0, 0)
            counts[path] = (count.sent + sent - before, count.lost + lost, count.rounds + 1)
        }

        /// - Returns: how many of the wanted uplinks do not come any more.
        private func settle(wanted: Int) throws -> Int {
            var (last, since) = (heard, Date())
            while last < heard + wanted, Date().timeIntervalSince(since) < 6 {
                usleep(200_000)
                let now = try bench.heard()
                if now != last { (last, since) = (now, Date()) }
            }
            defer { heard = last }
            return heard + wanted - last
        }
    }

    @Test func `what is lost on the way is told again, nothing is there twice, and nothing is wrong`() throws {
        let campaign = try Campaign()
        for round in 0..<CollectorServiceTests.kills { try campaign.round(Path.of(round: round)) }
        let bench = campaign.bench
        try bench.publish(campaign.sent..<campaign.sent + CollectorProcess.overlap)
        let all = campaign.sent + CollectorProcess.overlap
        #expect(try bench.wait { try bench.known() == 0..<all }, "\(all)\n\(bench.logs(of: 2))")
        #expect(try bench.wrong() == [])
        for path in Path.allCases {
            guard let count = campaign.counts[path] else { continue }
            print("campaign: \(path.rawValue): \(count.lost) of \(count.sent) uplinks lost in \(count.rounds) rounds")
        }
        let kept: [Path] = [.workerAway, .brokerStopped, .databaseStopped, .databaseKilled]
        for path in kept { #expect(campaign.counts[path]?.lost ?? 0 == 0, "\(path.rawValue)") }
        for worker in campaign.workers { worker.terminate() }
    }
}
