import BridgeConfiguration
import Ciphers
import LoRaWAN

extension Setup {
    private static let networks: [(name: String, words: String)] = [
        ("ttn", "The Things Network: 30 s of air-time and 10 downlinks a day"),
        ("chirpstack", "a ChirpStack of your own, with its gateways"),
        ("helium", "Helium: each frame is paid"),
        ("custom", "another: nothing but the law"),
        ("private", "none: a base of your own in reach, a second board with p1lora base"),
    ]

    private static let regions: [(name: String, words: String)] = [
        ("EU868", "Europe"), ("EU433", "Europe, 433 MHz"), ("IN865", "India"), ("RU864", "Russia"), ("KR920", "Korea"),
        ("AS923", "Asia, group 1"), ("AS923-2", "Indonesia, Vietnam"), ("AS923-3", "Philippines"),
        ("AS923-4", "Israel"),
        ("AS923-JP", "Japan"), ("US915", "North America"), ("AU915", "Australia, South America"),
    ]

    func askNetwork() throws(SetupStop) {
        if let pairing = options.pairing {
            take(pairing)
            return try checkAnswers()
        }
        if let name = options.region {
            answers.region = try region(named: name)
        } else {
            answers.region = try chooseRegion()
        }
        try proposeSubBand()
        if let network = options.network {
            guard NetworkProfile(rawValue: network) != nil else {
                throw .failed("--network: \"\(network)\": ttn, chirpstack, helium, custom and private are known")
            }
            answers.network = network
        } else {
            let number = try choose(
                "Which network?", among: Self.networks.map(\.words),
                proposal: Self.networks.firstIndex { $0.name == answers.network }, option: "--network")
            answers.network = Self.networks[number].name
        }
        if answers.network == "private" { try askPairing() } else { answers.privateChannel = nil }
        try checkAnswers()
    }

    /// What the base shows has all of it: region, channel, identity and key.
    private func askPairing() throws(SetupStop) {
        let isThere = existing != nil && existing?.saysPrivate == true
        guard dialogue.isInteractive || isThere else {
            throw .failed("--network private needs --pairing-file, with the line that p1lora base pair shows")
        }
        while true {
            let typed = try ask(
                Question(
                    "The line that p1lora base pair shows\(isThere ? " (nothing: as the file has it)" : ""), not shown",
                    proposal: isThere ? "" : nil, isSecret: true, option: "--pairing-file"))
            if typed.isEmpty, isThere { return }
            do {
                return take(try PairingLine(typed))
            } catch {
                dialogue.show("\(error)")
            }
        }
    }

    private func take(_ pairing: PairingLine) {
        answers.region = pairing.region.name
        (answers.network, answers.subBand) = ("private", nil)
        answers.privateChannel = .init(
            frequency: pairing.network.frequency, dataRate: Int(pairing.network.dataRate.index),
            pairingDataRate: Int(pairing.network.pairingDataRate.index))
        (answers.devEUI, answers.joinEUI) = ("\(pairing.devEUI)", "\(pairing.joinEUI)")
        answers.appKey = pairing.appKey.bytes.hex.uppercased()
        isPaired = true
    }

    private func chooseRegion() throws(SetupStop) -> String {
        let known = Region.all.map(\.name)
        let list = known.map { name in
            let words = Self.regions.first { $0.name == name }?.words
            return name + (words.map { " \($0)" } ?? "")
        }
        dialogue.show(list.joined(separator: "; "))
        while true {
            let typed = try ask(Question("Which region?", proposal: answers.region, option: "--region"))
            do {
                return try Region(named: typed).name
            } catch {
                dialogue.show("\(error)")
            }
        }
    }

    private func region(named name: String) throws(SetupStop) -> String {
        do {
            return try Region(named: name).name
        } catch {
            throw .failed("--region: \(error)")
        }
    }

    /// Where there are many channels a network listens on eight of them; The Things Network on the second eight.
    private func proposeSubBand() throws(SetupStop) {
        let isFixed = ["US915", "AU915"].contains(answers.region)
        answers.subBand = isFixed ? answers.subBand ?? 2 : nil
    }

    /// What does not go together is told now, and not when all is asked.
    private func checkAnswers() throws(SetupStop) {
        do {
            _ = try configuration()
        } catch {
            let text = "the answers do not go together: \(error.mistakes[0].message)"
            guard dialogue.isInteractive, options.region == nil else { throw .failed(text) }
            dialogue.show(text)
            throw .back
        }
    }
}
