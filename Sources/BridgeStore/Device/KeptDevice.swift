package import LoRaWAN
package import RadioDrivers

/// The device as it is kept: of a chip's MAC all; of a module the accounts of air-time, and what must outlive a restart of it.
package struct KeptDevice: Hashable {
    package var state: DeviceState
    /// nil where the radio is a chip.
    package var module: ModuleRecord?

    package init(state: DeviceState, module: ModuleRecord? = nil) {
        self.state = state
        self.module = module
    }

    /// FCntUp that no uplink has used yet; nil without a session.
    var nextCounter: FrameCounter? { module == nil ? state.session?.uplinkCounter : module?.session?.nextUplink }

    /// Whether both are in the same session, whatever has happened in it. Of a module's nobody knows the keys: another with
    /// the same address goes on behind the counters of the first, which costs nothing.
    func isInSession(of other: KeptDevice) -> Bool {
        guard let module, let theirs = other.module else {
            return module == nil && other.module == nil && state.isInSession(of: other.state)
        }
        guard let session = module.session else { return false }
        return module.devEUI == theirs.devEUI && module.keyCheck == theirs.keyCheck
            && session.devAddr == theirs.session?.devAddr
    }

    /// As if all uplinks below a counter had been sent.
    func goingOn(at counter: FrameCounter) -> KeptDevice {
        guard let next = nextCounter, counter > next else { return self }
        var kept = self
        if module == nil { kept.state = state.settingAside(counters: counter.rawValue - next.rawValue) }
        kept.module?.session?.nextUplink = counter
        return kept
    }

    /// To store for a ``TransmissionReserve``: it goes on behind the counters that are set aside.
    func settingAside() -> KeptDevice {
        var kept = self
        kept.state = state.settingAside()
        if let next = module?.session?.nextUplink { kept.module?.session?.nextUplink = next.settingAside() }
        return kept
    }
}

extension KeptDevice {
    private static let magic = Array("p1KD".utf8)

    /// The state alone for a chip; else a mark, the length of the state, the state, the module's record, and a check of all.
    func encoded() -> [UInt8] {
        let own = state.encoded()
        guard let module else { return own }
        let body = Self.magic + Self.bytes(UInt32(clamping: own.count)) + own + module.encoded
        return body + Self.bytes(CRC32.of(body[...]))
    }

    /// nil for anything that ``encoded()`` did not write.
    init?(decoding bytes: [UInt8]) {
        guard bytes.starts(with: Self.magic) else {
            guard let state = try? DeviceState(decoding: bytes) else { return nil }
            self.init(state: state)
            return
        }
        guard bytes.count >= 12, Self.bytes(CRC32.of(bytes.dropLast(4))) == Array(bytes.suffix(4)) else { return nil }
        let count = bytes[4..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
        let body = bytes[8..<bytes.count - 4]
        guard count <= body.count, let state = try? DeviceState(decoding: Array(body.prefix(count))),
            let module = ModuleRecord(decoding: Array(body.dropFirst(count)))
        else { return nil }
        self.init(state: state, module: module)
    }

    private static func bytes(_ number: UInt32) -> [UInt8] {
        stride(from: 0, to: 32, by: 8).map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}
