import Ciphers
package import Timekeeping

extension DeviceState {
    /// Reads what ``encoded()`` wrote.
    public init(decoding bytes: [UInt8]) throws(DeviceStateError) {
        let body = bytes.count - 4
        guard bytes.starts(with: Self.magic), body > Self.magic.count else { throw .notAState }
        let version = bytes[Self.magic.count]
        guard (Self.oldestVersion...Self.version).contains(version) else {
            throw .unknownVersion(seen: version, known: Self.version)
        }
        let seen = UInt32(truncatingIfNeeded: bytes.littleEndian(at: body, bytes: 4) ?? 0)
        let computed = CRC32.of(bytes.prefix(body))
        guard seen == computed else { throw .wrongChecksum(seen: seen, computed: computed) }

        var reader = StateReader(bytes, range: (Self.magic.count + 1)..<body, version: version)
        devEUI = DevEUI(rawValue: try reader.number("DevEUI"))
        joinEUI = JoinEUI(rawValue: try reader.number("JoinEUI"))
        region = try reader.text("region")
        keyCheck = UInt32(try reader.number("key check", upTo: UInt64(UInt32.max)))
        nextDevNonce = UInt32(try reader.number("DevNonce", upTo: 65_536))
        for _ in 0..<(try reader.count("JoinNonces")) {
            joinNonces.append(JoinNonce(rawValue: UInt32(try reader.number("JoinNonce", upTo: 0xFF_FFFF))))
        }
        session = try reader.flag("session") ? Session(from: &reader) : nil
        bootIdentifier = try reader.text("boot identifier")
        ledger = DutyCycleLedger(subBands: [])
        for _ in 0..<(try reader.count("sub-bands")) {
            ledger.windows.append(try AirTimeWindow(from: &reader, length: .hours(1)))
        }
        dailyAirTime = try reader.flag("purse") ? AirTimeWindow(from: &reader, length: .hours(24)) : nil
        joinBudget = try JoinBudget(from: &reader)
        latest = try reader.flag("latest transmission") ? LatestTransmission(from: &reader) : nil
        isCertificationOver = version < 2 ? false : try reader.flag("certification over")
        medium = version < 4 ? "" : try reader.text("medium")
        if version >= 4 { contact = try NetworkContact(from: &reader) }
        guard reader.left == 0 else { throw .bytesLeft(reader.left) }
    }
}

extension DeviceState.LatestTransmission {
    fileprivate init(from reader: inout StateReader) throws(DeviceStateError) {
        end = try reader.instant("end of the latest transmission")
        airTime = try reader.span("air-time of the latest transmission")
        subBand = Int(try reader.number("sub-band of the latest transmission", upTo: 255))
        isOpen = try reader.flag("end unknown")
        countsDaily = try reader.flag("counted in the purse")
        endsByItself = reader.version < 3 ? true : try reader.flag("ends by itself")
    }
}

extension AirTimeWindow {
    package init(from reader: inout StateReader, length: TimeSpan) throws(DeviceStateError) {
        self.init(length: length, limit: try reader.span("limit"))
        var last = MonotonicInstant(nanoseconds: 0)
        for index in 0..<(try reader.count("transmissions")) {
            let distance = try reader.instant("start of a transmission").nanoseconds
            // Only the first may lie before the clock's zero: after a reboot, past air-time is taken as just spent.
            guard distance >= 0 || index == 0 else {
                throw .wrongField(name: "start of a transmission", value: "\(distance)", wanted: "ascending")
            }
            let start = last.nanoseconds.addingReportingOverflow(distance)
            let airTime = try reader.number("air-time", upTo: UInt64(TimeSpan.hours(24).nanoseconds))
            guard !start.overflow, start.partialValue < 1 << 61 else {
                throw .wrongField(name: "start of a transmission", value: "\(distance)", wanted: "within 73 years")
            }
            last = MonotonicInstant(nanoseconds: start.partialValue)
            record(start: last, airTime: TimeSpan(nanoseconds: Int64(airTime)))
            last = last + TimeSpan(nanoseconds: Int64(airTime))
        }
    }
}

extension NetworkContact {
    fileprivate init(from reader: inout StateReader) throws(DeviceStateError) {
        self.init()
        let word = UInt64(UInt32.max)
        since = try reader.flag("contact") ? reader.instant("last word of the network") : nil
        isHeard = try reader.flag("network was heard")
        sinceTime = try reader.flag("date of the last word") ? reader.time("date of the last word") : nil
        uplinks = UInt32(try reader.number("uplinks since the last word", upTo: word))
        questions = UInt32(try reader.number("unanswered questions", upTo: word))
        askedAt = try reader.flag("questions") ? reader.instant("latest question") : nil
        tries = UInt32(try reader.number("joins beside the session", upTo: word))
        fruitless = UInt32(try reader.number("joins without effect", upTo: 255))
        isRenewalOrdered = try reader.flag("new session ordered")
        gapSince = try reader.flag("gap") ? reader.time("begin of the gap") : nil
    }
}

extension JoinBudget {
    fileprivate init(from reader: inout StateReader) throws(DeviceStateError) {
        self.init()
        began = try reader.flag("joins began") ? reader.instant("first join-request") : nil
        latest = try reader.flag("joins went on") ? reader.instant("latest join-request") : nil
        succeeded = try reader.flag("join succeeded")
        spentInFirstHour = try reader.span("join air-time in the first hour")
        spentInNextTenHours = try reader.span("join air-time in the next ten hours")
        let limit = daily.limit
        daily = try AirTimeWindow(from: &reader, length: daily.length)
        daily.limit = limit
    }
}

extension Session {
    fileprivate init(from reader: inout StateReader) throws(DeviceStateError) {
        let word = UInt64(UInt32.max)
        devAddr = DevAddr(rawValue: UInt32(try reader.number("DevAddr", upTo: word)))
        netID = NetID(rawValue: UInt32(try reader.number("NetID", upTo: 0xFF_FFFF)))
        let network = try reader.raw("NwkSKey", 16)
        let application = try reader.raw("AppSKey", 16)
        do {
            keys = SessionKeys(network: try AES128Key(network), application: try AES128Key(application))
        } catch {
            throw .wrongField(name: "session keys", value: "\(network.count) bytes", wanted: "16 bytes each")
        }
        uplinkCounter = FrameCounter(rawValue: UInt32(try reader.number("FCntUp", upTo: word)))
        downlinkCounter =
            try reader.flag("downlinks") ? FrameCounter(rawValue: UInt32(reader.number("FCntDown", upTo: word))) : nil
        let count = try reader.number("channels", upTo: 16)
        channels = []
        for _ in 0..<count { channels.append(try Channel(from: &reader)) }
        channelMask = try reader.mask("channel mask")
        usedChannels = try reader.mask("used channels")
        dataRate = DataRate(try reader.small("data rate", 0...15))
        powerIndex = try reader.small("TXPower", 0...15)
        nbTrans = try reader.small("NbTrans", 1...15)
        maximumDutyCycle = try reader.small("MaxDutyCycle", 0...15)
        rx1Offset = try reader.small("RX1DROffset", 0...7)
        rx2DataRate = DataRate(try reader.small("RX2 data rate", 0...15))
        rx2Frequency = Int(try reader.number("RX2 frequency", upTo: 4_000_000_000))
        rxDelay = try reader.small("RX delay", 1...15)
        maximumEIRPCode = try reader.flag("MaxEIRP") ? reader.small("MaxEIRP code", 0...15) : nil
        uplinkDwell = try reader.flag("uplink dwell")
        downlinkDwell = try reader.flag("downlink dwell")
        uplinksSinceDownlink = UInt32(try reader.number("ADRACKCnt", upTo: word))
        backedOffAt = UInt32(try reader.number("ADR back-off", upTo: word))
        owesAcknowledgement = try reader.flag("ACK owed")
        let pending = try reader.count("MAC answers")
        let repeated = try reader.count("repeated MAC answers")
        var answers: [UplinkCommand] = []
        for _ in 0..<pending {
            let identifier = try reader.byte("MAC answer")
            let (first, second) = (try reader.byte("MAC answer"), try reader.byte("MAC answer"))
            guard let command = UplinkCommand(identifier: identifier, first: first, second: second) else {
                throw .wrongField(name: "MAC answer", value: "\(identifier)", wanted: "a command of class A")
            }
            answers.append(command)
        }
        commands = CommandQueue(commands: answers, repeated: repeated)
    }
}

extension Channel {
    fileprivate init(from reader: inout StateReader) throws(DeviceStateError) {
        let frequency = Int(try reader.number("channel frequency", upTo: 4_000_000_000))
        guard frequency != 0 else {
            self = .undefined
            return
        }
        let downlink = Int(try reader.number("downlink frequency", upTo: 4_000_000_000))
        let rates = try reader.byte("channel data rates")
        let (lowest, highest) = (DataRate(rates >> 4), DataRate(rates))
        guard lowest <= highest else {
            throw .wrongField(name: "channel data rates", value: "\(lowest) to \(highest)", wanted: "ascending")
        }
        self.init(frequency: frequency, subBand: 0, dataRates: lowest...highest)
        downlinkFrequency = downlink
    }
}
