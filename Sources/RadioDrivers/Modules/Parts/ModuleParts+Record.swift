import Ciphers
import LoRaWAN

extension ModuleParts {
    /// What is known of the device: the record, where it is of this device and key.
    /// - Parameter make: what is known of one make's session is no use to another.
    func knownRecord(make: String) throws(DeviceError) -> ModuleRecord {
        let fresh = try ModuleRecord(configuration: configuration, make: make)
        var known = fresh
        if let record, record.devEUI == fresh.devEUI, record.keyCheck == fresh.keyCheck { known = record }
        if known.session == nil { known.session = fresh.session }
        if case .personalized(let given) = configuration.activation, let next = known.session?.nextUplink {
            known.session?.nextUplink = max(next, given.firstUplinkCounter)
        }
        return known
    }
}

extension ModuleRecord {
    /// A device that has never spoken.
    init(configuration: DeviceConfiguration, make: String) throws(DeviceError) {
        let key: AES128Key
        var session: Session?
        switch configuration.activation {
        case .overTheAir(_, let appKey): key = appKey
        case .personalized(let given):
            key = given.keys.network
            session = Session(
                devAddr: given.devAddr, nextUplink: given.firstUplinkCounter,
                nextDownlink: given.firstDownlinkCounter, dataRate: configuration.dataRate ?? DataRate(0), isSaved: true
            )
        }
        do {
            let text = Array("p1lora \(make) \(session?.devAddr.description ?? "")".utf8)
            let code = try AESCMAC(key).code(for: text) ?? []
            self.init(
                devEUI: configuration.devEUI, keyCheck: code.prefix(4).reduce(0) { $0 << 8 | UInt32($1) },
                session: session)
        } catch {
            throw .cipher(error)
        }
    }
}
