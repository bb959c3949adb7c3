import FoundationEssentials
package import LoRaWAN

/// Where a DevEUI comes from that nobody has bought: "EUIs SHALL be globally unique" (TR007 3.1).
package enum DevEUISource: Hashable, Sendable {
    /// From the address of a network interface that its maker got from the IEEE: nobody else has it.
    case networkInterface(name: String)
    /// From the serial number of the board, marked as locally administered: the same at each attempt.
    case boardSerialNumber
    /// Drawn at random, marked as locally administered.
    case random

    /// To be read behind "the DevEUI is".
    package var words: String {
        switch self {
        case .networkInterface(let name): "from the address of the network interface \(name)"
        case .boardSerialNumber: "from the board's serial number, locally administered"
        case .random: "random, locally administered: this board has no address of its own"
        }
    }

    /// Takes the first of these that there is.
    /// - Parameter root: the folder in which `sys` and `proc` are.
    package static func choose(
        root: String = "", using random: inout some RandomNumberGenerator
    ) -> (eui: DevEUI, source: DevEUISource) {
        if let (name, address) = universalAddress(in: root + "/sys/class/net") {
            // IEEE, "Guidelines for use of EUI": FF FE between the maker's three bytes and the rest.
            let eui = (address >> 24) << 40 | 0xFFFE << 24 | address & 0xFF_FFFF
            return (DevEUI(rawValue: eui), .networkInterface(name: name))
        }
        if let serial = serialNumber(in: root + "/proc/device-tree/serial-number") {
            return (DevEUI(rawValue: locallyAdministered(serial)), .boardSerialNumber)
        }
        return (DevEUI(rawValue: locallyAdministered(random.next())), .random)
    }

    /// For devices that are not this machine: numbers drawn at random, marked as locally administered.
    package static func random(
        _ count: Int, using random: inout some RandomNumberGenerator
    ) -> [DevEUI] {
        var numbers: Set<UInt64> = []
        return (0..<count).map { _ in
            var number = locallyAdministered(random.next())
            while !numbers.insert(number).inserted { number = locallyAdministered(random.next()) }
            return DevEUI(rawValue: number)
        }
    }

    /// The second lowest bit of the first byte says that no maker gave the number, the lowest that it is of a group.
    private static func locallyAdministered(_ number: UInt64) -> UInt64 { number & ~(1 << 56) | 1 << 57 }

    /// The first interface, by name, whose address is its maker's: universally administered, of one station, burnt in
    /// (`addr_assign_type` 0), and of a device, not of a bridge or tunnel.
    private static func universalAddress(in folder: String) -> (String, UInt64)? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names.sorted() {
            let interface = "\(folder)/\(name)"
            guard FileManager.default.fileExists(atPath: interface + "/device"),
                text(interface + "/addr_assign_type") == "0", let written = text(interface + "/address")
            else { continue }
            let digits = written.filter { $0 != ":" }
            guard digits.utf8.count == 12, let address = UInt64(digits, radix: 16), address >> 40 & 3 == 0,
                address & 0xFF_FFFF != 0
            else { continue }
            return (name, address)
        }
        return nil
    }

    /// 8 to 16 hexadecimal digits, as the Raspberry Pi has them; boards without a number show zeros.
    private static func serialNumber(in path: String) -> UInt64? {
        guard let digits = text(path), (8...16).contains(digits.utf8.count), let number = UInt64(digits, radix: 16),
            number & 0xFFFF_FFFF != 0, number & 0xFFFF_FFFF != 0xFFFF_FFFF
        else { return nil }
        return number
    }

    private static func text(_ path: String) -> String? {
        guard let data = try? Data(contentsOf: URL(filePath: path)) else { return nil }
        return String(decoding: data.prefix(200).prefix { $0 > 32 }, as: UTF8.self)
    }
}
