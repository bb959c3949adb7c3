import BridgeConfiguration
import BridgePlanning
import BridgeStore
import Ciphers
import Foundation
import Glibc
import HardwareInterfaces
import HardwareSimulators
import LoRaWAN
import Testing
import UplinkPayload

@testable import BridgeSetup
@testable import LinuxHardware

@Suite struct SetupTests {
    /// Port 1; key; chip 1; wired by hand; region; network; reports; identity; write.
    private let plain: [ScriptedDialogue.Word] = ["1", .text(SetupBench.key), "", "", "", "", "", "", "y"]

    @Test func `a meter and a radio are found, the key is tried, and the file runs as it is`() throws {
        let bench = try SetupBench()
        let dialogue = ScriptedDialogue(plain)
        try bench.run(dialogue)
        let configuration = try BridgeConfiguration(contentsOfFile: bench.path, guardsKeys: true)
        #expect(configuration.meters.map(\.input) == [bench.meters[0].terminal.path])
        #expect(configuration.meters[0].key?.bytes.hex.uppercased() == SetupBench.key)
        #expect(type(of: configuration.radio).name == "sx127x" && configuration.lorawan.region.name == "EU868")
        #expect(configuration.reports.count == 3 && configuration.planner == .quarterHours)
        #expect(dialogue.text.contains("encrypted, meter") && dialogue.text.contains("an SX1276 answers"))
        #expect(dialogue.text.contains("p1lora.toml is written."))
        #expect(bench.files == ["p1lora.toml"])
        let mode = try FileManager.default.attributesOfItem(atPath: bench.path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func `a base's pairing answers region, network and identity, and stays when set up again`() throws {
        let bench = try SetupBench()
        let line = "P1LORA-BASE:EU868:869525000:5:0:0200000000000001:0000000000000007:9F3C51D20B7A4E8896E1C4D7A05B3F62"
        let pairing = try PairingLine(line)
        // Port 1; key; chip 1; wired by hand; reports; write.
        let dialogue = ScriptedDialogue(["1", .text(SetupBench.key), "", "", "", "y"])
        try bench.run(dialogue) { $0.pairing = pairing }
        for isAgain in [false, true] {
            if isAgain { try bench.run(ScriptedDialogue([])) { $0.takesProposals = true } }
            let configuration = try BridgeConfiguration(contentsOfFile: bench.path, guardsKeys: true)
            #expect(configuration.lorawan.privateNetwork == pairing.network)
            #expect(configuration.lorawan.devEUI == pairing.devEUI)
            guard case .overTheAir(let joinEUI, let key) = configuration.lorawan.activation else {
                return #expect(Bool(false))
            }
            #expect(joinEUI == pairing.joinEUI && key == pairing.appKey)
        }
        #expect(!dialogue.text.contains("9F3C51D2") && dialogue.text.contains("[[device]]"))
    }

    @Test(arguments: [("lora-e5", 9_600), ("rak3172", 115_200), ("rn2483", 57_600)])
    func `a module on the port that is chosen is found at its own speed`(type: String, baudRate: Int) throws {
        let bench = try SetupBench()
        bench.ports.append(.init(path: "/dev/ttyUSB9", node: "/dev/ttyUSB9"))
        let line: any BreakableLine =
            switch type {
            case "lora-e5": ATModuleSimulator(world: bench.world, air: bench.air, speech: LoRaE5Speech())
            case "rak3172": ATModuleSimulator(world: bench.world, air: bench.air, speech: RAK3172Speech())
            default: RN2483Simulator(world: bench.world, air: bench.air)
            }
        bench.module = ("/dev/ttyUSB9", baudRate, line)
        // Port 1 and key of the meter; a module; its port.
        let dialogue = ScriptedDialogue(["1", .text(SetupBench.key), "3", "1"])
        try bench.run(dialogue)
        let configuration = try BridgeConfiguration(contentsOfFile: bench.path, guardsKeys: true)
        #expect(Swift.type(of: configuration.radio).name == type, "\(dialogue.text)")
        #expect(bench.air.uplinks.isEmpty)
    }

    @Test func `a port for a module that can't be opened is told with its reason, once, and the make is asked for`()
        throws
    {
        let bench = try SetupBench()
        bench.ports.append(.init(path: "/dev/ttyUSB9", node: "/dev/ttyUSB9"))
        let dialogue = ScriptedDialogue(["1", .text(SetupBench.key), "3", "1", .interrupt])
        #expect(bench.stop(dialogue) == .interrupted)
        #expect(dialogue.text.components(separatedBy: "there is none").count == 2, "\(dialogue.text)")
        #expect(!dialogue.text.contains("no module that is known answers"))
    }

    @Test func `the key is asked for as a secret, and never shown`() throws {
        let bench = try SetupBench()
        let dialogue = ScriptedDialogue(plain)
        try bench.run(dialogue)
        #expect(dialogue.questions.filter(\.isSecret).map(\.option) == ["--key-file"])
        #expect(!dialogue.text.contains(SetupBench.key))
    }

    @Test func `at every question Ctrl-C leaves the machine as it was`() throws {
        for count in 0..<plain.count {
            let bench = try SetupBench()
            let stop = bench.stop(ScriptedDialogue(Array(plain.prefix(count)) + [.interrupt]))
            #expect(
                stop == .interrupted && bench.files.isEmpty && bench.service.starts == 0, "at question \(count + 1)")
        }
    }

    @Test func `from every question there is a way back, after which all is as with straight answers`() throws {
        for count in 1..<plain.count {
            let bench = try SetupBench()
            let dialogue = ScriptedDialogue(Array(plain.prefix(count)) + [.back])
            // From there on what is proposed; the key is asked for again where the meter is.
            let stop = bench.stop(dialogue)
            #expect(stop == nil, "back from question \(count + 1)")
            #expect((try? BridgeConfiguration(contentsOfFile: bench.path)) != nil, "back from question \(count + 1)")
        }
    }

    @Test func `a wrong key twice is told twice, and the right one is taken`() throws {
        let bench = try SetupBench()
        let wrong = String(repeating: "AB", count: 16)
        let dialogue = ScriptedDialogue(["1", .text(wrong), .text(wrong), .text(SetupBench.key)])
        try bench.run(dialogue)
        #expect(dialogue.shown.count { $0.contains("key") && $0.contains("operator's letter") } == 2)
        #expect(bench.text.contains("key = \"\(SetupBench.key)\"") && !bench.text.contains(wrong))
    }

    @Test func `what is no key is told at once`() throws {
        let bench = try SetupBench()
        let dialogue = ScriptedDialogue(["1", "1234", .text(SetupBench.key)])
        try bench.run(dialogue)
        #expect(dialogue.text.contains("32 hexadecimal digits") && bench.text.contains(SetupBench.key))
    }

    @Test func `two cables are two meters, of which one or both are taken`() throws {
        for (answer, inputs) in [("2", [1]), ("1 2", [0, 1]), ("2,1", [1, 0])] {
            let bench = try SetupBench(meters: 2)
            let keys = inputs.map { _ in ScriptedDialogue.Word.text(SetupBench.key) }
            try bench.run(ScriptedDialogue([.text(answer)] + keys))
            let configuration = try BridgeConfiguration(contentsOfFile: bench.path)
            #expect(configuration.meters.map(\.input) == inputs.map { bench.meters[$0].terminal.path })
            #expect(Set(configuration.meterNames).count == inputs.count)
        }
    }

    @Test func `a port that another program holds is named with that program`() throws {
        let bench = try SetupBench()
        bench.busyPorts = [bench.meters[0].terminal.path]
        let stop = bench.stop(ScriptedDialogue([.interrupt]))
        let dialogue = ScriptedDialogue(["3"])
        try bench.run(dialogue)
        #expect(stop == .interrupted)
        #expect(dialogue.text.contains("held by minicom (process 812): end that program"))
    }

    @Test(
        arguments: [
            ("Modbus RTU", [0x01, 0x04, 0x04, 0x43, 0x6B, 0x58, 0x0E, 0x25, 0xD8]),
            ("M-Bus", [0x68, 0x03, 0x03, 0x68, 0x08, 0x01, 0x72, 0x7B, 0x16]),
            ("NMEA", Array("$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47\r\n".utf8)),
        ] as [(String, [UInt8])])
    func `what is no meter is told as that, and none is made of it`(
        name: String, words: [UInt8]
    ) throws {
        let bench = try SetupBench(meters: 0)
        bench.ports = [.init(path: "/dev/ttyUSB0", node: "/dev/ttyUSB0")]
        bench.others["/dev/ttyUSB0"] = .success(Chatter(words, in: bench.world))
        // Listen once more, which is proposed; then a meter later.
        let dialogue = ScriptedDialogue(["", "3"])
        try bench.run(dialogue)
        #expect(dialogue.text.contains("no telegram at any speed of a meter"), "\(name): \(dialogue.text)")
        let configuration = try BridgeConfiguration(contentsOfFile: bench.path, guardsKeys: true)
        #expect(configuration.meters.allSatisfy { $0.input != "/dev/ttyUSB0" }, "\(name)")
    }

    @Test func `a port that this user may not open is told with the group that may`() throws {
        let bench = try SetupBench()
        let path = bench.meters[0].terminal.path
        bench.others[path] = .failure(.opening(path, errno: EACCES))
        let dialogue = ScriptedDialogue([.interrupt])
        #expect(bench.stop(dialogue) == .interrupted)
        #expect(
            dialogue.text.contains("this user may not open it: add the user to the group")
                && dialogue.text.contains("dialout"))
        #expect(bench.files.isEmpty)
    }

    @Test func `the console's port is left alone`() throws {
        let bench = try SetupBench()
        bench.ports = [.init(path: bench.ports[0].path, node: "/dev/ttyAMA0", isConsole: true)]
        let dialogue = ScriptedDialogue(["2"])
        try bench.run(dialogue)
        #expect(dialogue.text.contains("the system's console is there"))
    }

    @Test func `without SPI the line for config_txt is told, and all else can be tried`() throws {
        let bench = try SetupBench()
        bench.buses = [:]
        let dialogue = ScriptedDialogue(["1", .text(SetupBench.key)])
        try bench.run(dialogue)
        #expect(dialogue.text.contains("dtparam=spi=on") && dialogue.text.contains("config.txt"))
        #expect(bench.text.contains("type = \"simulated\""))
    }

    @Test func `no port at all is said, and a meter can be named later`() throws {
        let bench = try SetupBench()
        bench.ports = []
        let dialogue = ScriptedDialogue(["2"])
        try bench.run(dialogue)
        #expect(dialogue.text.contains("plug the cable in"))
        #expect(try BridgeConfiguration(contentsOfFile: bench.path).pulses.count == 1)
    }

    @Test func `a script answers by options, and nothing is asked`() throws {
        let bench = try SetupBench()
        let dialogue = ScriptedDialogue(isInteractive: false)
        try bench.run(dialogue) { options in
            options.meters = [bench.meters[0].terminal.path]
            options.key = SetupBench.key
            (options.radio, options.region, options.network) = ("sx127x", "us915", "chirpstack")
            (options.reports, options.devEUI) = ("live", "70b3d57ed0001234")
            (options.takesProposals, options.startsService) = (true, false)
        }
        let configuration = try BridgeConfiguration(contentsOfFile: bench.path)
        #expect(configuration.lorawan.region == .us915 && configuration.lorawan.subBand == 2)
        #expect("\(configuration.lorawan.devEUI)" == "70B3D57ED0001234" && configuration.planner == .live)
        #expect(configuration.lorawan.dailyDownlinks == 96)
    }

    @Test func `a script with a wrong key, a silent port or a wrong name ends, and nothing is written`() throws {
        let faults: [(String, (inout SetupOptions) -> Void)] = [
            ("--key-file", { $0.key = String(repeating: "AB", count: 16) }), ("--key-file", { $0.key = nil }),
            ("--meter", { $0.meters = ["/dev/ttyNONE7"] }), ("--region", { $0.region = "EU869" }),
            ("--network", { $0.network = "tnn" }), ("--reports", { $0.reports = "all" }),
            ("--radio", { $0.radio = "sx12" }),
            ("--dev-eui", { $0.devEUI = "12" }), ("--app-key-file", { $0.appKey = "12" }),
        ]
        for (option, change) in faults {
            let bench = try SetupBench()
            let stop = bench.stop(ScriptedDialogue(isInteractive: false)) { options in
                options.meters = [bench.meters[0].terminal.path]
                options.key = SetupBench.key
                options.radio = "simulated"
                (options.takesProposals, options.startsService) = (true, false)
                change(&options)
            }
            guard case .failed(let reason)? = stop else {
                Issue.record("\(option) was taken")
                continue
            }
            #expect(reason.contains(option) && bench.files.isEmpty, "\(reason)")
        }
    }

    @Test func `a trial run shows the file without keys, and writes nothing`() throws {
        let bench = try SetupBench()
        let dialogue = ScriptedDialogue(Array(plain.dropLast()))
        try bench.run(dialogue) { $0.isDryRun = true }
        #expect(bench.files.isEmpty && bench.service.starts == 0)
        #expect(dialogue.text.contains("[lorawan]") && dialogue.text.contains("********************************"))
        #expect(!dialogue.text.contains(SetupBench.key))
    }

    @Test func `a state of another device is told before anything is written`() throws {
        let bench = try SetupBench()
        try bench.run(ScriptedDialogue(["1", .text(SetupBench.key)]))
        let state = bench.folder.appending(path: "state.db").path
        let text = bench.text + "[state]\npath = \"\(state)\"\n"
        try bench.write(text)
        _ = try StateStore(path: state, devEUI: DevEUI(rawValue: 0x70B3_D57E_D000_0001))
        let stop = bench.stop(ScriptedDialogue(isInteractive: false)) {
            ($0.takesProposals, $0.startsService, $0.skipsChecks) = (true, false, true)
        }
        guard case .failed(let reason)? = stop else {
            Issue.record("it was written")
            return
        }
        #expect(reason.contains("70B3D57ED0000001") && bench.text == text && !bench.files.contains("p1lora.toml.old"))
    }

    @Test func `a folder that can't be written is told before anything is asked`() throws {
        let bench = try SetupBench()
        let dialogue = ScriptedDialogue()
        #expect(throws: SetupStop.self) {
            try Setup(
                path: "/nowhere/p1lora.toml", options: SetupOptions(), dialogue: dialogue,
                devices: bench.devicesForTests)
        }
        #expect(dialogue.questions.isEmpty)
    }
}
