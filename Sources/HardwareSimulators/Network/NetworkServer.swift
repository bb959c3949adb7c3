package import Ciphers
package import HardwareInterfaces
import Timekeeping

/// A LoRaWAN 1.0.x network server with its join server, classes A and C, one gateway: takes what a gateway heard and
/// says what it is to send. Everything that came and went is recorded.
///
/// Its frame code is its own and shares nothing with the device's but the block cipher.
package final class NetworkServer {
    package struct Settings: Hashable, Sendable {
        /// 24 bits.
        package var netID: UInt32
        /// RECEIVE_DELAY1 in seconds, 1 to 15.
        package var receiveDelay: Int
        /// RX1DROffset, 0 to 7.
        package var receive1Offset: Int
        /// RX2 data rate, 0 to 15.
        package var receive2DataRate: Int
        /// Up to five carriers in hertz, sent in the join-accept of a dynamic plan.
        package var extraChannels: [Int]
        /// Which channels of a fixed plan are enabled, 16 in each; sent in the join-accept instead of the carriers.
        package var channelMasks: [UInt16] = []
        package var region: ServerRegion
        /// Answers LinkCheckReq and DeviceTimeReq.
        package var answersCommands: Bool
        /// Sends LinkADRReq to devices that ask for ADR.
        package var controlsDataRate: Bool

        package init(
            netID: UInt32 = 0x13, receiveDelay: Int = 1, receive1Offset: Int = 0, receive2DataRate: Int = 0,
            extraChannels: [Int] = [867_100_000, 867_300_000, 867_500_000, 867_700_000, 867_900_000],
            answersCommands: Bool = true, controlsDataRate: Bool = false, region: ServerRegion = .eu868
        ) {
            self.region = region
            self.netID = netID & 0xFF_FFFF
            self.receiveDelay = max(1, min(receiveDelay, 15))
            self.receive1Offset = max(0, min(receive1Offset, 7))
            self.receive2DataRate = max(0, min(receive2DataRate, 15))
            self.extraChannels = Array(extraChannels.prefix(5))
            self.answersCommands = answersCommands
            self.controlsDataRate = controlsDataRate
        }
    }

    package enum Window: Hashable, Sendable {
        case receive1, receive2
    }

    /// For sessions from the next join on.
    package var settings: Settings
    package private(set) var uplinks: [DeliveredUplink] = []
    package private(set) var joins: [JoinRecord] = []
    package private(set) var rejected: [RejectedFrame] = []
    package private(set) var downlinks: [ServerDownlink] = []
    /// Called with each new uplink, before the answer to it is made: a handler may queue a downlink for this answer.
    package var onUplink: ((DeliveredUplink) -> Void)?
    /// Answers nothing at all, as behind a broken backhaul.
    package var isMute = false

    /// What it answers while it is not mute.
    package var answers: (Question) -> Bool = { _ in true }

    package enum Question: Hashable, Sendable { case join, uplink }

    private let clock: any Clock
    private let joinServer = JoinServer()
    private var devices: [UInt64: ServerDevice] = [:]
    private var nextAddress: UInt32 = 1

    /// - Parameter clock: for DeviceTimeAns.
    package init(clock: any Clock, settings: Settings = Settings()) {
        self.clock = clock
        self.settings = settings
    }

    // MARK: Devices

    /// Lets a device join (OTAA).
    package func register(devEUI: UInt64, joinEUI: UInt64, appKey: AES128Key) throws(CipherError) {
        try joinServer.register(devEUI: devEUI, joinEUI: joinEUI, appKey: appKey)
        devices[devEUI] = ServerDevice()
    }

    /// Gives a device its session (ABP).
    package func activate(
        devEUI: UInt64, devAddr: UInt32, networkKey: AES128Key, applicationKey: AES128Key, lastUplink: UInt32? = nil,
        nextDownlink: UInt32 = 0
    ) throws(CipherError) {
        var session = try ServerSession(
            devAddr: devAddr, networkKey: networkKey, applicationKey: applicationKey, settings: settings)
        session.lastUplink = lastUplink
        session.nextDownlink = nextDownlink
        devices[devEUI, default: ServerDevice()].session = session
    }

    /// Waits for the device's next uplink.
    package func enqueue(_ downlink: QueuedDownlink, for devEUI: UInt64) {
        devices[devEUI]?.queue.append(downlink)
    }

    /// MAC commands as they go on the air, with the next downlink; on port 0 when asked, or when FOpts cannot hold them.
    package func enqueue(commands: [UInt8], onPort0: Bool = false, for devEUI: UInt64) {
        devices[devEUI]?.commands += commands
        devices[devEUI]?.sendsCommandsOnPort0 = onPort0
    }

    package func setWindow(_ window: Window, for devEUI: UInt64) {
        devices[devEUI]?.window = window
    }

    /// What still waits for a device.
    package func queue(of devEUI: UInt64) -> [QueuedDownlink] { devices[devEUI]?.queue ?? [] }

    // MARK: Frames

    /// Takes a frame from a gateway.
    /// - Returns: what to send, or nil.
    package func receive(_ heard: HeardUplink) -> ServerDownlink? {
        guard let first = heard.payload.first else { return reject(.malformed, heard) }
        let downlink = first >> 5 == 0 ? join(heard) : data(heard)
        guard let downlink, !isMute, answers(first >> 5 == 0 ? .join : .uplink) else { return nil }
        downlinks.append(downlink)
        return downlink
    }

    private func reject(_ reason: RejectedFrame.Reason, _ heard: HeardUplink) -> ServerDownlink? {
        rejected.append(RejectedFrame(reason: reason, payload: heard.payload, at: heard.at))
        return nil
    }

    private func join(_ heard: HeardUplink) -> ServerDownlink? {
        guard let request = JoinServer.Request(heard.payload) else { return reject(.malformed, heard) }
        guard var device = devices[request.devEUI] else { return reject(.unknownDevice, heard) }
        // The seven upper bits of an address come from the NetID.
        let devAddr = (settings.netID & 0x7F) << 25 | nextAddress
        switch joinServer.answer(request, devAddr: devAddr, settings: settings) {
        case .failure(let failure):
            return reject(failure.reason, heard)
        case .success(let answer):
            do {
                device.joined = try ServerSession(
                    devAddr: devAddr, networkKey: answer.networkKey, applicationKey: answer.applicationKey,
                    settings: settings)
            } catch {
                return reject(.cipherFailed, heard)
            }
            nextAddress += 1
            devices[request.devEUI] = device
            joins.append(
                JoinRecord(devEUI: request.devEUI, devNonce: request.devNonce, devAddr: devAddr, at: heard.at))
            return schedule(
                (answer.joinAccept, .joinAccept), after: heard, window: device.window, session: nil)
        }
    }

    private func data(_ heard: HeardUplink) -> ServerDownlink? {
        guard let frame = ServerUplinkFrame(heard.payload),
            let dataRate = settings.region.dataRate(spreadingFactor: heard.spreadingFactor, bandwidth: heard.bandwidth)
        else { return reject(.malformed, heard) }
        var reason = RejectedFrame.Reason.unknownDevice
        for (devEUI, var device) in devices.sorted(by: { $0.key < $1.key }) {
            for candidate in [device.joined, device.session] {
                guard var session = candidate, session.devAddr == frame.devAddr else { continue }
                switch session.judge(frame) {
                case .new(let counter):
                    session.lastUplink = counter
                    device.session = session
                    device.joined = nil
                    devices[devEUI] = device
                    deliver(frame, counter: counter, devEUI: devEUI, dataRate: dataRate, heard: heard)
                    return answer(frame, devEUI: devEUI, heard: heard)
                case .repetition(let counter):
                    _ = reject(.repetition(counter: counter), heard)
                    return answer(frame, devEUI: devEUI, heard: heard)
                case .old(let counter): reason = .oldCounter(counter)
                case .foreign: reason = .wrongCode
                }
            }
        }
        return reject(reason, heard)
    }

    private func deliver(
        _ frame: ServerUplinkFrame, counter: UInt32, devEUI: UInt64, dataRate: Int, heard: HeardUplink
    ) {
        guard var device = devices[devEUI], let session = device.session else { return }
        let cipher = frame.port == 0 ? session.network : session.application
        let payload = cipher.crypt(frame.encrypted, direction: .up, devAddr: frame.devAddr, counter: counter)
        let commands = frame.port == 0 ? payload : frame.options
        if session.settings.answersCommands {
            device.commands += ServerCommands.answers(
                to: commands, snrQuarters: heard.snrQuarters, spreadingFactor: heard.spreadingFactor,
                endedAt: clock.utc)
        }
        if session.settings.controlsDataRate, frame.hasADR {
            let region = session.settings.region
            // In a fixed plan the first 16 channels' mask is sent, as it is.
            let channels = min(16, region.defaultChannels + session.settings.extraChannels.count)
            let all = UInt16(truncatingIfNeeded: 1 << channels - 1)
            device.commands += device.dataRateControl.command(
                snrQuarters: heard.snrQuarters, dataRate: dataRate,
                channelMask: session.settings.channelMasks.first ?? all, region: region)
        }
        devices[devEUI] = device
        let uplink = DeliveredUplink(
            devEUI: devEUI, devAddr: frame.devAddr, counter: counter, isConfirmed: frame.isConfirmed,
            hasADR: frame.hasADR, requestsADRAcknowledgement: frame.requestsADRAcknowledgement,
            acknowledges: frame.acknowledges, commands: commands, port: frame.port, payload: payload,
            dataRate: dataRate, heard: heard)
        uplinks.append(uplink)
        onUplink?(uplink)
    }

    /// One downlink carries the acknowledgement, the commands and the first of the queue.
    private func answer(_ uplink: ServerUplinkFrame, devEUI: UInt64, heard: HeardUplink) -> ServerDownlink? {
        guard !isMute, answers(.uplink), let device = devices[devEUI] else { return nil }
        guard
            uplink.isConfirmed || uplink.requestsADRAcknowledgement || !device.queue.isEmpty
                || !device.commands.isEmpty,
            var frame = nextFrame(for: devEUI, acknowledging: uplink.isConfirmed)
        else { return nil }
        if uplink.requestsADRAcknowledgement { frame.contents.insert(.answer) }
        return schedule(frame, after: heard, window: device.window, session: device.session)
    }

    /// Class C: what waits for a device, to be sent at once where it listens all the time; nil when nothing does.
    package func continuousDownlink(for devEUI: UInt64) -> ServerDownlink? {
        guard !isMute, let device = devices[devEUI], let session = device.session,
            !device.queue.isEmpty || !device.commands.isEmpty,
            let frame = nextFrame(for: devEUI, acknowledging: false)
        else { return nil }
        let downlink = downlink(
            frame, delay: .zero, frequency: session.settings.region.joinReceive2Frequency,
            dataRate: session.settings.receive2DataRate, region: session.settings.region)
        downlinks.append(downlink)
        return downlink
    }

    /// A frame and why it is sent.
    private typealias Frame = (bytes: [UInt8], contents: DownlinkContents)

    private func nextFrame(for devEUI: UInt64, acknowledging: Bool) -> Frame? {
        guard var device = devices[devEUI], var session = device.session else { return nil }
        var down = ServerDownlinkFrame(devAddr: session.devAddr, counter: session.nextDownlink)
        down.acknowledges = acknowledging
        down.hasADR = session.settings.controlsDataRate
        var contents = ServerCommands.contents(device.commands)
        if acknowledging { contents.insert(.acknowledgement) }
        if device.sendsCommandsOnPort0 || device.commands.count > 15 {
            down.port = 0
            down.payload = device.commands
        } else {
            down.options = device.commands
            if !device.queue.isEmpty {
                let queued = device.queue.removeFirst()
                down.port = queued.port
                down.payload = queued.payload
                down.isConfirmed = queued.isConfirmed
                contents.insert(.payload)
            }
        }
        device.commands = []
        device.sendsCommandsOnPort0 = false
        down.isPending = !device.queue.isEmpty
        session.nextDownlink += 1
        device.session = session
        devices[devEUI] = device
        return (down.bytes(network: session.network, application: session.application), contents)
    }

    /// TS001 3.3: RX1 after the uplink's channel, RX2 a second later on its own. Before a session RX1 is 5 s after a
    /// join-request, and RX2 has the region's settings.
    private func schedule(
        _ frame: Frame, after heard: HeardUplink, window: Window, session: ServerSession?
    ) -> ServerDownlink {
        let region = session?.settings.region ?? settings.region
        let first = session?.settings.receiveDelay ?? 5
        let delay = TimeSpan.seconds(Int64(window == .receive1 ? first : first + 1))
        let uplinkRate = region.dataRate(spreadingFactor: heard.spreadingFactor, bandwidth: heard.bandwidth) ?? 0
        let rate =
            window == .receive1
            ? region.receive1DataRate(uplink: uplinkRate, offset: session?.settings.receive1Offset ?? 0)
            : session?.settings.receive2DataRate ?? region.joinReceive2DataRate
        let frequency =
            window == .receive1 ? region.receive1Frequency(uplink: heard.frequency) : region.joinReceive2Frequency
        return downlink(frame, delay: delay, frequency: frequency, dataRate: rate, region: region)
    }

    private func downlink(
        _ frame: Frame, delay: TimeSpan, frequency: Int, dataRate: Int, region: ServerRegion
    ) -> ServerDownlink {
        let modulation = region.modulation(dataRate: dataRate)
        return ServerDownlink(
            payload: frame.bytes, delay: delay, frequency: frequency, spreadingFactor: modulation.spreadingFactor,
            bandwidth: modulation.bandwidth, power: region.power(frequency: frequency), at: clock.monotonic,
            contents: frame.contents)
    }
}
