import Ciphers

/// What the server knows of a device between two joins.
struct ServerSession {
    let devAddr: UInt32
    let network: ServerCipher
    let application: ServerCipher
    let settings: NetworkServer.Settings
    var lastUplink: UInt32?
    var nextDownlink: UInt32 = 0

    init(
        devAddr: UInt32, networkKey: AES128Key, applicationKey: AES128Key, settings: NetworkServer.Settings
    ) throws(CipherError) {
        self.devAddr = devAddr
        self.settings = settings
        network = try ServerCipher(networkKey)
        application = try ServerCipher(applicationKey)
    }

    enum Verdict {
        case new(UInt32)
        case repetition(UInt32)
        case old(UInt32)
        case foreign
    }

    func judge(_ frame: ServerUplinkFrame) -> Verdict {
        let (next, previous) = frame.counters(after: lastUplink)
        func fits(_ counter: UInt32) -> Bool {
            network.code(frame.signed, direction: .up, devAddr: devAddr, counter: counter) == frame.code
        }
        if fits(next) { return .new(next) }
        guard let previous, fits(previous) else { return .foreign }
        return previous == lastUplink ? .repetition(previous) : .old(previous)
    }
}

/// A device and what waits for it.
struct ServerDevice {
    var session: ServerSession?
    /// After a join, until the device uses it: it may not have heard the join-accept.
    var joined: ServerSession?
    var queue: [QueuedDownlink] = []
    var commands: [UInt8] = []
    var sendsCommandsOnPort0 = false
    var window = NetworkServer.Window.receive1
    var dataRateControl = ServerDataRateControl()
}
