import LoRaWAN
import Timekeeping

extension BaseStation {
    /// RP002 2.x, JOIN_ACCEPT_DELAY1.
    static let joinAcceptDelay = TimeSpan.seconds(5)
    /// For experiments and private networks (TS002, NetID 000000): the seven upper bits of the addresses are 0.
    static let netID = NetID(rawValue: 0)
    private static let addressBits = 25

    /// Lets a device in that has the key, and whose DevNonce was not used before (TS001 6.2.5). RX2's data rate, which a
    /// network of one channel has no other use for, says where the base listens.
    mutating func join(_ heard: ReceivedFrame, at rate: DataRate) throws(FrameRefusal) -> [BaseAction] {
        let request = try JoinRequestFrame(reading: heard.payload)
        let device = request.devEUI
        guard let known = known[device], known.joinEUI == request.joinEUI, var record = core.state.devices[device]
        else { throw .stranger(device) }
        try request.prove(by: known.authentication)
        if let last = record.lastDevNonce, request.devNonce.rawValue <= last.rawValue {
            throw .devNonceRepeated(device, seen: request.devNonce, last: last)
        }
        guard record.nextJoinNonce <= 0xFF_FFFF else { throw .exhausted(device) }
        let nonce = JoinNonce(rawValue: record.nextJoinNonce)
        let address = newAddress()
        let settings = DownlinkSettings(rx1Offset: 0, rx2DataRate: targetDataRate)
        guard
            let frame = JoinAccept.frame(
                joinNonce: nonce, netID: Self.netID, devAddr: address, settings: settings,
                rxDelay: configuration.rxDelay, cipher: known.cipher, authentication: known.authentication)
        else { throw .cipherFailed }
        record.joined = BaseSession(
            devAddr: address, keys: try keys(of: device, joinNonce: nonce, devNonce: request.devNonce))
        record.lastDevNonce = request.devNonce
        record.nextJoinNonce += 1
        guard
            plan(
                frame, startingAt: heard.at + Self.joinAcceptDelay, rate: rate, device: device, counter: nil,
                downlink: nil, at: heard.at)
        else { throw .noAirTime(device) }
        core.state.devices[device] = record
        core.tracks[device, default: DeviceTrack()].hear(heard, at: rate)
        core.tracks[device]?.isJoinUnanswered = true
        // The join-accept is an order, too.
        if core.move != nil {
            core.move?.told.insert(device)
            core.move?.lastTold = heard.at
        }
        return [.persist(core.state), .joined(device, address, at: heard.at)]
    }

    private func keys(of device: DevEUI, joinNonce: JoinNonce, devNonce: DevNonce) throws(FrameRefusal) -> SessionKeys {
        guard let registration = configuration.devices.first(where: { $0.devEUI == device }) else {
            throw .stranger(device)
        }
        do {
            return try SessionKeys(
                appKey: registration.appKey, joinNonce: joinNonce, netID: Self.netID, devNonce: devNonce)
        } catch {
            throw .cipherFailed
        }
    }

    private mutating func newAddress() -> DevAddr {
        let used = Set(core.state.devices.values.flatMap { [$0.session?.devAddr, $0.joined?.devAddr] })
        while true {
            let address = DevAddr(rawValue: UInt32(random.number(below: 1 << Self.addressBits)))
            if !used.contains(address) { return address }
        }
    }
}
