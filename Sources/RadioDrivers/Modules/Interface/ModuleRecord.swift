package import LoRaWAN

/// What must outlive a restart of the bridge or of the module. The keys of the session stay in the module's memory.
package struct ModuleRecord: Hashable, Sendable {
    package struct Session: Hashable, Sendable {
        package let devAddr: DevAddr
        /// FCntUp that no uplink has used yet.
        package var nextUplink: FrameCounter
        /// FCntDown that the next downlink must reach.
        package var nextDownlink: FrameCounter
        package var dataRate: DataRate
        /// How often each unconfirmed uplink goes out (NbTrans), 1 to 15; nil while nobody knows, for the module does not
        /// tell.
        package var repetitions: Int?
        /// The module has the session in its EEPROM (`mac save`).
        package var isSaved: Bool

        package init(
            devAddr: DevAddr, nextUplink: FrameCounter, nextDownlink: FrameCounter, dataRate: DataRate,
            repetitions: Int? = 1, isSaved: Bool
        ) {
            self.devAddr = devAddr
            self.nextUplink = nextUplink
            self.nextDownlink = nextDownlink
            self.dataRate = dataRate
            self.repetitions = repetitions
            self.isSaved = isSaved
        }
    }

    package let devEUI: DevEUI
    /// Tells whether the root key was changed since; says nothing of the key itself.
    package let keyCheck: UInt32
    package var session: Session?

    package init(devEUI: DevEUI, keyCheck: UInt32, session: Session? = nil) {
        self.devEUI = devEUI
        self.keyCheck = keyCheck
        self.session = session
    }
}

extension ModuleRecord {
    /// One line of text: a version, then the fields in hexadecimal.
    package var encoded: [UInt8] {
        var fields = ["rn2483-1", hex(devEUI.rawValue), hex(UInt64(keyCheck))]
        if let session {
            fields += [
                hex(UInt64(session.devAddr.rawValue)), hex(UInt64(session.nextUplink.rawValue)),
                hex(UInt64(session.nextDownlink.rawValue)), hex(UInt64(session.dataRate.index)),
                hex(UInt64(clamping: session.repetitions ?? 0)), session.isSaved ? "1" : "0",
            ]
        }
        return Array(fields.joined(separator: " ").utf8)
    }

    /// nil for anything that ``encoded`` did not write.
    package init?(decoding bytes: [UInt8]) {
        let fields = String(decoding: bytes, as: UTF8.self).split(separator: " ", omittingEmptySubsequences: false)
        guard fields.count == 3 || fields.count == 9, fields[0] == "rn2483-1",
            let devEUI = UInt64(fields[1], radix: 16), let keyCheck = UInt32(fields[2], radix: 16)
        else { return nil }
        self.init(devEUI: DevEUI(rawValue: devEUI), keyCheck: keyCheck)
        guard fields.count == 9 else { return }
        guard let devAddr = UInt32(fields[3], radix: 16), let up = UInt32(fields[4], radix: 16),
            let down = UInt32(fields[5], radix: 16), let rate = UInt8(fields[6], radix: 16), rate < 16,
            let repetitions = Int(fields[7], radix: 16), (0...15).contains(repetitions),
            fields[8] == "0" || fields[8] == "1"
        else { return nil }
        session = Session(
            devAddr: DevAddr(rawValue: devAddr), nextUplink: FrameCounter(rawValue: up),
            nextDownlink: FrameCounter(rawValue: down), dataRate: DataRate(rate),
            repetitions: repetitions == 0 ? nil : repetitions, isSaved: fields[8] == "1")
    }

    private func hex(_ value: UInt64) -> String { String(value, radix: 16) }
}
