import LoRaWAN
import PrivateLink
import Testing

@testable import BaseService
@testable import BridgeConfiguration

@Suite struct BaseFileTests {
    private static let device = """
        [[device]]
        name = "cellar"
        dev_eui = "0200000000000001"
        join_eui = "0000000000000007"
        app_key = "000102030405060708090A0B0C0D0E0F"
        """

    @Test func `the shortest file has the usual channel, data rate and law`() throws {
        let file = try BaseFile(text: Self.device)
        #expect(file.base.frequency == 869_525_000 && file.base.dataRate == DataRate(5))
        #expect(file.base.pairingDataRate == DataRate(0) && file.base.movesDataRate && file.base.rxDelay == 2)
        #expect(file.names == ["cellar"] && file.broker == nil)
        #expect(file.summary.contains { $0.contains("6 min in each hour") })
    }

    @Test(arguments: [
        ("[base]\nregion = \"US915\"\n", "hopping"), ("[base]\nregion = \"KR920\"\n", "heard before"),
        ("[base]\nchannel_hz = 869300000\n", "no channel"), ("[base]\ndata_rate = 9\n", "data rate"),
        ("[radio]\ntype = \"udp-gateway\"\nhost = \"x\"\n", "chip"), ("[bass]\n", "base"),
        ("[base]\napplication = \"a/b\"\n", "topic"),
        ("[radio]\ntype = \"sx126x\"\npart = \"llcc68\"\n", "LLCC68"),
        ("[base]\nchannel_hz = 869400000\n", "all of its width"), (device + "\n", "twice"),
        ("[[device]]\ndev_eui = \"0200000000000001\"\njoin_eui = \"0000000000000007\"\n", "pair"),
    ])
    func `a mistake is told with what is wanted`(text: String, word: String) {
        let error = #expect(throws: ConfigurationError.self) { try BaseFile(text: text + Self.device) }
        #expect(error?.mistakes.contains { "\($0)".contains(word) } == true, "\(String(describing: error))")
    }

    @Test func `what pair prints is taken at both ends`() throws {
        let file = try BaseFile(text: Self.device)
        let pairing = try Pairing(of: file, name: "hut")
        let both = try BaseFile(text: Self.device + "\n" + pairing.baseLines)
        #expect(both.names == ["cellar", "hut"])
        let bridge = try BridgeConfiguration(
            text: pairing.bridgeLines + """
                [[meter]]
                input = "/dev/ttyUSB0"
                [[report]]
                kind = "readings"
                every = "10s"
                fields = ["1-0:1.8.0"]
                """)
        #expect(bridge.lorawan.devEUI == both.base.devices[1].devEUI)
        let network = try #require(bridge.lorawan.privateNetwork)
        #expect(network.frequency == both.base.frequency && network.pairingDataRate == both.base.pairingDataRate)
        #expect(bridge.lorawan.dailyAirTime == nil && bridge.lorawan.dailyDownlinks == nil)
        guard case .overTheAir(let joinEUI, let key) = bridge.lorawan.activation else { return #expect(Bool(false)) }
        #expect(joinEUI == both.base.devices[1].joinEUI && key == both.base.devices[1].appKey)
    }
}
