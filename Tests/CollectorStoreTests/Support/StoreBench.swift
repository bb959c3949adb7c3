import CollectorStore
import Foundation
import LoadProfile
import MeterValues
import ServerEvents
import TestTags
import Testing
import Timekeeping

/// What profiles can be kept in.
enum StoreKind: String, CaseIterable, CustomTestStringConvertible {
    case sqlite = "SQLite"
    case postgreSQL = "PostgreSQL"

    /// PostgreSQL's own tests say that it is missing.
    static var installed: [Self] { PostgreSQLServer.isInstalled ? allCases : [.sqlite] }

    var testDescription: String { rawValue }
}

/// A store of its own, that can be opened again and again.
struct StoreBench {
    static let device = DeviceIdentifier(rawValue: 0xF0B3_D57E_D001_2345)

    private let folder = TemporaryFolder()
    /// A file, or a URL.
    let place: String
    private let kind: StoreKind

    init(_ kind: StoreKind) throws {
        self.kind = kind
        place = kind == .sqlite ? folder.path + "/profile.db" : try PostgreSQLServer.shared().database()
    }

    func open() throws -> any ProfileStore {
        switch kind {
        case .sqlite: try SQLiteProfileStore(path: place)
        case .postgreSQL: try PostgreSQLProfileStore(url: place)
        }
    }

    func profile(meter: String = "main", of device: DeviceIdentifier = Self.device) throws -> RegisterProfile {
        try Self.profile(open(), meter: meter, of: device)
    }

    static func profile(
        _ store: any ProfileStore, meter: String = "main", of device: DeviceIdentifier = Self.device
    ) throws -> RegisterProfile {
        let register = try #require(try store.registers(of: device).first { $0.meter == meter })
        return try store.profile(of: register, days: register.known.lowerBound.day...register.known.upperBound.day)
    }

    static func uplink(
        _ identity: String, counter: UInt32 = 1, meter: String = "main", from first: Int64, _ values: [Int64?],
        breaks: Set<Int> = [], at seconds: Int64 = 1_795_787_111, of device: DeviceIdentifier = Self.device,
        name: String = "cellar"
    ) -> StoredUplink {
        var series: UInt32 = 0
        var places: [IntervalEntry?] = []
        for (index, value) in values.enumerated() {
            if breaks.contains(index) { series += 1 }
            let boundary = QuarterHour(number: first + Int64(index))
            places.append(value.map { IntervalEntry(boundary: boundary, value: $0, series: series) })
        }
        let report = RegisterReport(
            meter: meter, register: "import_kwh", unit: .kilowattHour, step: 1,
            newest: QuarterHour(number: first + Int64(values.count - 1)), places: places.reversed())
        let event = UplinkEvent(
            device: device, identity: identity, port: 2, counter: counter, payload: [],
            receivedAt: UTCInstant(secondsSince1970: seconds),
            radio: .init(gateway: "gw", signal: -97, noiseRatio: 7.5, spreadingFactor: 9, bandwidth: 125_000),
            address: DeviceAddress(server: .chirpStack, application: "17c8", name: name))
        return StoredUplink(
            event: event, receivedAt: UTCInstant(secondsSince1970: seconds), fleet: "p1lora.toml", registers: [report])
    }
}

extension RegisterProfile {
    var count: Int { days.values.reduce(0) { $0 + $1.count } }
}

/// A folder that goes with the test.
final class TemporaryFolder: Sendable {
    let path = FileManager.default.temporaryDirectory.path + "/collector-\(UUID().uuidString)"

    init() { try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
