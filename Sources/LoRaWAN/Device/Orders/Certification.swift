import Timekeeping

/// What a certification bench has ordered on FPort 224 (TS009, as Lora-net/SWL2001 carries it out).
struct Certification {
    static let port: UInt8 = 224

    /// To be sent on FPort 224; nil when nothing was asked.
    var answer: [UInt8]?
    /// RxAppCnt: application downlinks since the start or the last reset.
    private(set) var downlinks: UInt16 = 0
    /// Between two uplinks; nil leaves the rhythm to the application.
    var period: TimeSpan?
    /// When the device sends by itself; nil when it has no reason to.
    var nextUplink: MonotonicInstant?
    /// TxFramesCtrlReq; nil leaves the choice to the application.
    var confirmed: Bool?
    /// RegionalDutyCycleCtrlReq.
    var ignoresDutyCycle = false

    mutating func countDownlink() { downlinks &+= 1 }
    mutating func resetCount() { downlinks = 0 }

    /// TS009, TxPeriodicityChangeReq; nil for a code that is not defined, .some(nil) for the application's rhythm.
    static func period(code: UInt8) -> TimeSpan?? {
        let seconds: [Int64] = [0, 5, 10, 20, 30, 40, 50, 60, 120, 240, 480]
        guard Int(code) < seconds.count else { return nil }
        return .some(code == 0 ? nil : .seconds(seconds[Int(code)]))
    }
}

extension Device {
    /// Carries out a command of the bench; unknown ones are passed over.
    mutating func certify(_ command: [UInt8], at now: MonotonicInstant, into actions: inout [DeviceAction]) {
        guard certification != nil, let identifier = command.first else { return }
        let value = command.count > 1 ? command[1] : nil
        certification?.countDownlink()
        switch identifier {
        case 0x00: answer([0x00, 6, 1], at: now)
        case 0x01: actions.append(.certification(.reset))
        case 0x02: actions.append(.certification(.join))
        case 0x03:
            switch value {
            case 0: deviceClass = .a
            case 2: deviceClass = .c
            default: break  // Class B is not built.
            }
            if deviceClass == .a { listening = nil }
        case 0x04: if let value { isADROn = value & 1 == 1 }
        case 0x05: if let value { certification?.ignoresDutyCycle = value & 1 == 0 }
        case 0x06:
            guard let value, let period = Certification.period(code: value) else { break }
            certification?.period = period
            certification?.nextUplink = period.map { now + $0 }
        case 0x07:
            switch value {
            case 1: certification?.confirmed = false
            case 2: certification?.confirmed = true
            default: break
            }
        case 0x08: answer([0x08] + command.dropFirst().map { $0 &+ 1 }, at: now)
        case 0x09:
            let count = certification?.downlinks ?? 0
            answer([0x09, UInt8(truncatingIfNeeded: count), UInt8(truncatingIfNeeded: count >> 8)], at: now)
        case 0x0A: certification?.resetCount()
        case 0x20: requestLinkCheck()
        case 0x21: requestDeviceTime()
        case 0x7D:
            guard let seconds = command.littleEndian(at: 1, bytes: 2), seconds > 0,
                let steps = command.littleEndian(at: 3, bytes: 3),
                command.count == 7
            else { break }
            let carrier = Carrier(
                frequency: Int(steps) * 100, power: Int(Int8(bitPattern: command[6])),
                duration: .seconds(Int64(seconds)))
            actions.append(.certification(.continuousWave(carrier)))
        case 0x7E:
            state.isCertificationOver = true
            certification = nil
            isADROn = configuration.adr
        case 0x7F:
            // Firmware 1.0.0.0, LoRaWAN 1.0.4, regional parameters 2.1.0.4.
            answer([0x7F, 1, 0, 0, 0, 1, 0, 4, 0, 2, 1, 0, 4], at: now)
        default: break
        }
    }

    private mutating func answer(_ bytes: [UInt8], at now: MonotonicInstant) {
        certification?.answer = bytes
        certification?.nextUplink = now
    }

    /// Sends what the bench waits for, when it is due and nothing else is under way.
    mutating func sendForCertification(at now: MonotonicInstant) -> [DeviceAction] {
        guard var bench = certification, let due = bench.nextUplink, now >= due, isIdle, state.session != nil else {
            return []
        }
        let payload = Array((bench.answer ?? []).prefix(maximumPayload))
        bench.answer = nil
        bench.nextUplink = bench.period.map { now + $0 }
        certification = bench
        pending = Uplink(port: Certification.port, payload: payload)
        return proceed(at: now)
    }
}
