import BridgeConfiguration
import LoRaWAN

extension Setup {
    private static let networks: [(name: String, words: String)] = [
        ("ttn", "The Things Network: 30 s of air-time and 10 downlinks a day"),
        ("chirpstack", "a ChirpStack of your own, with its gateways"),
        ("helium", "Helium: each frame is paid"),
        ("custom", "another: nothing but the law"),
    ]

    private static let regions: [(name: String, words: String)] = [
        ("EU868", "Europe"), ("EU433", "Europe, 433 MHz"), ("IN865", "India"), ("RU864", "Russia"), ("KR920", "Korea"),
        ("AS923", "Asia, group 1"), ("AS923-2", "Indonesia, Vietnam"), ("AS923-3", "Philippines"),
        ("AS923-4", "Israel"),
        ("AS923-JP", "Japan"), ("US915", "North America"), ("AU915", "Australia, South America"),
    ]

    func askNetwork() throws(SetupStop) {
        if let name = options.region {
            answers.region = try region(named: name)
        } else {
            answers.region = try chooseRegion()
        }
        try proposeSubBand()
        if let network = options.network {
            guard NetworkProfile(rawValue: network) != nil else {
                throw .failed("--network: \"\(network)\": ttn, chirpstack, helium and custom are known")
            }
            answers.network = network
        } else {
            let number = try choose(
                "Which network?", among: Self.networks.map(\.words),
                proposal: Self.networks.firstIndex { $0.name == answers.network }, option: "--network")
            answers.network = Self.networks[number].name
        }
        try checkAnswers()
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
