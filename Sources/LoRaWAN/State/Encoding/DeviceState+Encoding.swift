import Ciphers
import Timekeeping

extension DeviceState {
    static let magic: [UInt8] = Array("p1LD".utf8)
    /// 2 has masks of 72 channels, and whether certification is over; 3 whether the latest transmission ends by itself;
    /// 4 the medium of the session, and when the network was last heard.
    static let version: UInt8 = 4
    static let oldestVersion: UInt8 = 1

    /// The record to store: a version, the fields, and a CRC-32 over both. It holds keys: only its owner may read it.
    public func encoded() -> [UInt8] {
        var writer = StateWriter()
        writer.raw(Self.magic)
        writer.byte(Self.version)
        writer.number(devEUI.rawValue)
        writer.number(joinEUI.rawValue)
        writer.text(region)
        writer.number(keyCheck)
        writer.number(nextDevNonce)
        writer.count(joinNonces.count)
        for nonce in joinNonces { writer.number(nonce.rawValue) }
        writer.optional(session) { $1.write(to: &$0) }
        writer.text(bootIdentifier)
        writer.count(ledger.windows.count)
        for window in ledger.windows { window.write(to: &writer) }
        writer.optional(dailyAirTime) { $1.write(to: &$0) }
        joinBudget.write(to: &writer)
        writer.optional(latest) { writer, latest in
            writer.instant(latest.end)
            writer.span(latest.airTime)
            writer.count(latest.subBand)
            writer.flag(latest.isOpen)
            writer.flag(latest.countsDaily)
            writer.flag(latest.endsByItself)
        }
        writer.flag(isCertificationOver)
        writer.text(medium)
        contact.write(to: &writer)
        var bytes = writer.bytes
        bytes.append(littleEndian: CRC32.of(bytes[...]), bytes: 4)
        return bytes
    }
}

extension AirTimeWindow {
    /// Starts as distances from the end before, which are short.
    package func write(to writer: inout StateWriter) {
        writer.span(limit)
        writer.count(entries.count)
        var last = MonotonicInstant(nanoseconds: 0)
        for entry in entries {
            writer.span(entry.start - last)
            writer.number(UInt64(max(0, entry.airTime.nanoseconds)))
            last = entry.end
        }
    }
}

extension NetworkContact {
    fileprivate func write(to writer: inout StateWriter) {
        writer.optional(since) { $0.instant($1) }
        writer.flag(isHeard)
        writer.optional(sinceTime) { $0.signed($1.nanoseconds) }
        writer.number(uplinks)
        writer.number(questions)
        writer.optional(askedAt) { $0.instant($1) }
        writer.number(tries)
        writer.number(fruitless)
        writer.flag(isRenewalOrdered)
        writer.optional(gapSince) { $0.signed($1.nanoseconds) }
    }
}

extension JoinBudget {
    fileprivate func write(to writer: inout StateWriter) {
        writer.optional(began) { $0.instant($1) }
        writer.optional(latest) { $0.instant($1) }
        writer.flag(succeeded)
        writer.span(spentInFirstHour)
        writer.span(spentInNextTenHours)
        daily.write(to: &writer)
    }
}

extension Session {
    fileprivate func write(to writer: inout StateWriter) {
        writer.number(devAddr.rawValue)
        writer.number(netID.rawValue)
        writer.raw(keys.network.bytes)
        writer.raw(keys.application.bytes)
        writer.number(uplinkCounter.rawValue)
        writer.optional(downlinkCounter) { $0.number($1.rawValue) }
        // All 72 channels of a fixed plan are the region's.
        let own = channels.count > 16 ? [] : channels
        writer.count(own.count)
        for channel in own {
            writer.count(channel.frequency)
            guard channel.isDefined else { continue }
            writer.count(channel.downlinkFrequency)
            writer.byte(channel.dataRates.lowerBound.index << 4 | channel.dataRates.upperBound.index)
        }
        writer.mask(channelMask)
        writer.mask(usedChannels)
        writer.byte(dataRate.index)
        writer.byte(powerIndex)
        writer.byte(nbTrans)
        writer.byte(maximumDutyCycle)
        writer.byte(rx1Offset)
        writer.byte(rx2DataRate.index)
        writer.count(rx2Frequency)
        writer.byte(rxDelay)
        writer.optional(maximumEIRPCode) { $0.byte($1) }
        writer.flag(uplinkDwell)
        writer.flag(downlinkDwell)
        writer.number(uplinksSinceDownlink)
        writer.number(backedOffAt)
        writer.flag(owesAcknowledgement)
        writer.count(commands.commands.count)
        writer.count(commands.repeated)
        for command in commands.commands {
            writer.byte(command.identifier)
            writer.byte(command.first)
            writer.byte(command.second)
        }
    }
}
