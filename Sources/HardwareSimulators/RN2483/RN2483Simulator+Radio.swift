import Ciphers
import Timekeeping

/// `radio ...`: the chip without the MAC, which has to be paused for it (DS40001784, "Radio Commands").
extension RN2483Simulator {
    private static let ranges = [
        "sf": (7...12).map { "sf\($0)" }, "bw": ["125", "250", "500"], "cr": ["4/5", "4/6", "4/7", "4/8"],
        "crc": ["on", "off"], "iqi": ["on", "off"], "mod": ["lora", "fsk"],
    ]

    func radio(_ verb: String, _ words: [String], _ line: String) {
        switch (verb, words.count) {
        case ("get", 1): answer(benchValue(words[0]) ?? refuse(line))
        case ("set", 2): answer(setBench(words[0], words[1]) ? "ok" : refuse(line))
        case ("tx", 1): transmitFromBench(words[0], line)
        case ("rx", 1): receiveAtBench(words[0], line)
        case ("rxstop", 0) where firmware.isRecent:
            if memory.bench.work == .listening { endBench(nil) }
            answer("ok")
        default: answer(refuse(line))
        }
    }

    private func benchValue(_ name: String) -> String? {
        switch name {
        case "snr": "\(memory.bench.signal.snr)"
        case "rssi": firmware.isRecent ? "\(memory.bench.signal.rssi)" : nil
        default: memory.bench.values[name]
        }
    }

    private func setBench(_ name: String, _ value: String) -> Bool {
        guard memory.bench.values[name] != nil else { return false }
        let isLawful: Bool
        switch name {
        case "freq":
            isLawful =
                Int(value).map { firmware.plan.settable?.contains($0) ?? (902_000_000...928_000_000).contains($0) }
                ?? false
        case "pwr": isLawful = Int(value).map { (firmware.plan.isFixed ? 2...20 : -3...15).contains($0) } ?? false
        case "wdt": isLawful = UInt32(value) != nil
        case "prlen": isLawful = UInt16(value) != nil
        case "sync": isLawful = value.count == 2 && UInt8(value, radix: 16) != nil
        default: isLawful = Self.ranges[name]?.contains(value) ?? false
        }
        if isLawful { memory.bench.values[name] = value }
        return isLawful
    }

    private func transmitFromBench(_ text: String, _ line: String) {
        guard let payload = [UInt8](hex: text), (1...255).contains(payload.count) else { return answer(refuse(line)) }
        guard beginBench(.sending, line) else { return answer("busy") }
        let values = memory.bench.values
        let transmission = AirTransmission(
            payload: payload, frequency: Int(values["freq"] ?? "") ?? 0,
            spreadingFactor: Int((values["sf"] ?? "").dropFirst(2)) ?? 12,
            bandwidth: (Int(values["bw"] ?? "") ?? 125) * 1_000, invertedIQ: values["iqi"] == "on",
            hasCRC: values["crc"] == "on", start: world.now + .milliseconds(5), power: Int(values["pwr"] ?? "") ?? 1)
        answer("ok")
        later(.milliseconds(5)) { $0.air.transmit(transmission) }
        endBench("radio_tx_ok", after: transmission.end - world.now)
        expectWatchdog()
    }

    private func receiveAtBench(_ text: String, _ line: String) {
        guard let symbols = UInt16(text) else { return answer(refuse(line)) }
        guard beginBench(.listening, line) else { return answer("busy") }
        answer("ok")
        if symbols > 0 { endBench("radio_err", after: .milliseconds(Int64(symbols) * 2)) }
        expectWatchdog()
    }

    private func beginBench(_ work: ModuleBenchRadio.Work, _ line: String) -> Bool {
        if !isPaused { violations.append("\(line.prefix(8)) while the MAC is not paused") }
        guard memory.bench.work == nil, memory.activity == .idle, !isStuck else { return false }
        memory.bench.work = work
        memory.bench.round += 1
        memory.bench.caught = nil
        return true
    }

    private func expectWatchdog() {
        let span = Int64(memory.bench.values["wdt"] ?? "") ?? 0
        if span > 0 { endBench("radio_err", after: .milliseconds(span)) }
    }

    private func endBench(_ text: String, after span: TimeSpan) {
        let round = memory.bench.round
        later(span) { module in
            guard module.memory.bench.round == round, module.memory.bench.work != nil else { return }
            module.endBench(text)
        }
    }

    private func endBench(_ text: String?) {
        memory.bench.work = nil
        memory.bench.caught = nil
        if let text { end(text) }
    }

    func benchHears(_ transmission: AirTransmission) {
        let values = memory.bench.values
        guard memory.bench.work == .listening, memory.bench.caught == nil,
            values["freq"] == "\(transmission.frequency)", values["sf"] == "sf\(transmission.spreadingFactor)",
            values["bw"] == "\(transmission.bandwidth / 1_000)", (values["iqi"] == "on") == transmission.invertedIQ,
            values["sync"] == String(transmission.syncWord, radix: 16)
        else { return }
        memory.bench.caught = transmission
    }

    func benchHasHeard(_ transmission: AirTransmission) {
        guard memory.bench.work == .listening, memory.bench.caught == transmission else { return }
        memory.bench.signal = (7, -61)
        // Two spaces, as the firmware has them.
        endBench(transmission.isCorrupt ? "radio_err" : "radio_rx  \(transmission.payload.hex.uppercased())")
    }
}
