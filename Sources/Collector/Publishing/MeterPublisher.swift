package import BridgeConfiguration
package import CollectorStore
import LoadProfile
import MeterValues
package import ServerEvents
import Timekeeping
import UplinkPayload

/// Tells a home automation what each meter showed last, by a retained message for each meter.
package struct MeterPublisher {
    private let configuration: BrokerAccess
    private let fleets: Fleets
    private let store: any ProfileStore
    private let outbox: Outbox
    /// What Home Assistant was told of each meter.
    private var announced: [String: String] = [:]

    package init(_ configuration: BrokerAccess, fleets: Fleets, store: any ProfileStore, outbox: Outbox) {
        self.configuration = configuration
        self.fleets = fleets
        self.store = store
        self.outbox = outbox
    }

    /// Everything anew: the broker may have forgotten it.
    package mutating func publishAll() throws(ProfileStoreError) {
        announced = [:]
        for device in try store.devices() { try publish(device.device, named: device.address.name) }
    }

    /// - Parameter name: that the network server has for it.
    package mutating func publish(_ device: DeviceIdentifier, named name: String) throws(ProfileStoreError) {
        var meters: [(name: String, registers: [StoredRegister])] = []
        for register in try store.registers(of: device) {
            if let index = meters.firstIndex(where: { $0.name == register.meter }) {
                meters[index].registers.append(register)
            } else {
                meters.append((register.meter, [register]))
            }
        }
        var taken: Set<String> = []
        for meter in meters {
            let place = MeterTopic.name(of: meter.name, &taken)
            let topic = MeterTopic(configuration, device: device, meter: place)
            put(topic.state, try Self.state(of: meter.registers, store))
            guard let discovery = topic.discovery else { continue }
            let silent = fleets.fleet(of: device)?.silentAfter.seconds ?? 86_400
            let text = HomeAssistantMeter(
                name: [name, meter.name].filter { !$0.isEmpty }.joined(separator: " "), unique: topic.unique,
                state: topic.state, expiry: silent, registers: meter.registers
            ).payload.text
            if announced.updateValue(text, forKey: discovery) != text { outbox.put(retained(discovery, text)) }
        }
    }

    private func put(_ topic: String, _ payload: JSONValue) { outbox.put(retained(topic, payload.text)) }

    private func retained(_ topic: String, _ text: String) -> Outbox.Letter {
        Outbox.Letter(topic: topic, payload: Array(text.utf8), isRetained: true)
    }

    /// Each register as it was last, when that was, and the use of the quarter-hour before.
    private static func state(
        of registers: [StoredRegister], _ store: any ProfileStore
    ) throws(ProfileStoreError) -> JSONValue {
        var members: [JSONValue.Member] = []
        for register in registers {
            let last = register.known.upperBound
            let profile = try store.profile(of: register, days: last.day - 1...last.day)
            guard let value = profile.register(at: last) else { continue }
            func number(_ value: Int64) -> JSONValue { .number(RegisterNumber.text(value, in: register.unit)) }
            members.append(.init(register.name, number(value)))
            members.append(.init("\(register.name)_time", .string("\(last)")))
            if case .use(let use) = profile.quarter(from: QuarterHour(number: last.number - 1)) {
                members.append(.init("\(register.name)_quarter", number(use)))
            }
        }
        return .object(members)
    }
}

/// Where a meter's messages stand.
struct MeterTopic {
    let state: String
    let discovery: String?
    /// The same for ever, and no other meter's.
    let unique: String

    init(_ configuration: BrokerAccess, device: DeviceIdentifier, meter: String) {
        let device = "\(device)".lowercased()
        state = "\(configuration.prefix)/\(device)/\(meter)"
        let unique = "p1lora_collector_\(device)_\(meter)"
        self.unique = unique
        discovery = configuration.discoveryPrefix.map { "\($0)/device/\(unique)/config" }
    }

    /// In letters that topics and identifiers may have.
    static func name(of meter: String, _ taken: inout Set<String>) -> String {
        let plain = String(
            meter.lowercased().unicodeScalars.map { scalar -> Character in
                let isPlain = (97...122).contains(scalar.value) || (48...57).contains(scalar.value)
                return isPlain ? Character(scalar) : "_"
            })
        var (name, number) = (plain.isEmpty ? "meter" : plain, 2)
        while !taken.insert(name).inserted {
            name = "\(plain)_\(number)"
            number += 1
        }
        return name
    }
}
