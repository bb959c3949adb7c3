import BridgeConfiguration
import BridgeStore
import HardwareInterfaces
import LoRaWAN
import RadioDrivers
import Timekeeping

extension Examination {
    func examineTransmission(_ configuration: BridgeConfiguration) {
        wait(for: "sending a test frame")
        do {
            switch try configuration.radio.family() {
            case .chip(let kind): try examineTransmission(of: kind, configuration)
            case .module(let module): try examineTransmission(of: module, configuration)
            case .gateway, .simulated:
                report("transmission", .notTested, "only a radio can send what is no LoRaWAN: use --join")
            }
        } catch {
            report("transmission", .failed, "\(error)")
        }
    }

    private func examineTransmission(of kind: any ModuleKind, _ configuration: BridgeConfiguration) throws {
        let bench = try kind.make.makeBench(
            line: devices.openModule(kind).0, clock: devices.clock, waiter: devices.waiter)
        let sent = try ModuleRadioBench(configuration, module: bench, devices: devices).send(TestFrame())
        report("transmission", .ok, sent)
    }

    private func examineTransmission(of kind: any ChipKind, _ configuration: BridgeConfiguration) throws {
        let bench = try RadioBench(configuration, radio: devices.openRadio(kind), devices: devices)
        let sent = try bench.send(TestFrame())
        guard kind.edgeLine != nil, !sent.cameByEdge else {
            return report("transmission", .ok, "\(sent)")
        }
        report(
            "transmission", .warning,
            "\(sent); no edge told its end in time: once is chance, each time is a wire or a very busy board")
    }

    /// Ten attempts at the pace of join-requests.
    private static let joinPatience = TimeSpan.minutes(3)

    func examineJoin(_ configuration: BridgeConfiguration) {
        do {
            let store = try StateStore(path: configuration.statePath, devEUI: configuration.lorawan.devEUI)
            var joined: DevAddr?
            var (attempts, refusal): (Int, String?) = (0, nil)
            let link = try devices.openLink(configuration, store) { event in
                switch event {
                case .resumed(let address), .joined(let address): joined = address
                case .transmitting: attempts += 1
                case .radioFailed(let error, _): refusal = "\(error)"
                case .storeFailed(let error): refusal = "\(error)"
                case .discarded(let reason): refusal = "an answer was passed over: \(reason)"
                default: break
                }
            }
            let end = devices.clock.monotonic + Self.joinPatience
            wait(for: "joining the network, up to \(Self.joinPatience)")
            while joined == nil, devices.clock.monotonic < end {
                link.poll()
                guard joined == nil else { break }
                try devices.waiter.wait(for: link.pollDescriptors, until: min(link.nextDeadline ?? end, end))
            }
            defer { link.close() }
            judgeJoin(joined, attempts: attempts, refusal: refusal)
            if joined != nil { try examineQuality(link) }
        } catch {
            report("network", .failed, "\(error)")
        }
    }

    /// So many questions, and how long one may take with its windows and the law's pause.
    private static let linkChecks = 3
    private static let checkPatience = TimeSpan.minutes(1)

    /// Asks the network how well it hears the device: three short frames at most, within the law's account and the network's
    /// air-time.
    private func examineQuality(_ link: any NetworkLink) throws {
        var answers: [LinkQuality] = []
        for number in 1...Self.linkChecks {
            wait(for: "asking how well the device is heard, \(number) of \(Self.linkChecks)")
            if let answer = try askQuality(link) { answers.append(answer) }
        }
        guard let best = answers.max(by: { $0.margin < $1.margin }) else {
            return report(
                "reception", .warning, "the network did not tell how well it hears the device: see p1lora status later")
        }
        report("reception", best.isWell ? .ok : .warning, best.words)
    }

    private func askQuality(_ link: any NetworkLink) throws -> LinkQuality? {
        let began = devices.clock.monotonic
        let end = began + Self.checkPatience
        var isAsked = false
        while devices.clock.monotonic < end {
            link.poll()
            let now = devices.clock.monotonic
            if let check = link.status(at: now).linkCheck, isAsked,
                check.agoSeconds < Double((now - began).milliseconds) / 1_000
            {
                return check
            }
            if !isAsked, link.isReady {
                // Without air-time left there is nothing to be asked.
                guard link.requestLinkCheck(), (try? link.send(Uplink(port: nil, payload: []))) != nil else {
                    return nil
                }
                isAsked = true
            } else if isAsked, link.isReady {
                return nil
            }
            try devices.waiter.wait(for: link.pollDescriptors, until: min(link.nextDeadline ?? end, end))
        }
        return nil
    }

    private func judgeJoin(_ address: DevAddr?, attempts: Int, refusal: String?) {
        switch (address, attempts) {
        case (let address?, 0): report("network", .ok, "there is a session already, address \(address)")
        case (let address?, _): report("network", .ok, "joined, address \(address)")
        case (nil, 0):
            report("network", .failed, refusal ?? "the law or the limit on join-requests allows none just now: wait")
        case (nil, _):
            let hint =
                refusal ?? "is the device registered there with this dev_eui, join_eui and app_key (p1lora keys show), "
                + "and a gateway in reach?"
            report("network", .failed, "\(attempts) join-requests in 3 minutes, and no answer: \(hint)")
        }
    }
}
