import Ciphers
import LoRaWAN

/// Keys and identifiers that everybody can read: those of config.example.toml, and the keys of FIPS-197's examples.
///
/// Two bridges with the example's DevEUI are one device to a server, and whoever knows an AppKey can speak for it. The
/// authentication key is not among them: Luxembourg's meters share it.
enum ExampleSecrets {
    private static let keys: Set<[UInt8]> = Set(
        [
            "00112233445566778899AABBCCDDEEFF", "2B7E151628AED2A6ABF7158809CF4F3C", "3C4FCF098815F7ABA6D2AE2816157E2B",
            "000102030405060708090A0B0C0D0E0F",
        ].compactMap { [UInt8](hex: $0) })
    private static let devEUI = DevEUI(rawValue: 0x70B3_D57E_D000_0001)

    private static let advice = "\"p1lora keys new\" makes one of your own"

    /// What is to be told of a device's secrets, by their keys in [lorawan].
    static func found(in device: LoRaWANConfiguration) -> [(key: String, message: String)] {
        let secrets: [(String, AES128Key)] =
            switch device.activation {
            case .overTheAir(_, let appKey): [("app_key", appKey)]
            case .personalized(let session):
                [("nwk_s_key", session.keys.network), ("app_s_key", session.keys.application)]
            }
        let known = secrets.filter { keys.contains($0.1.bytes) }.map {
            ($0.0, "is the key of an example, which everybody can read: \(advice)")
        }
        guard device.devEUI == devEUI else { return known }
        return [("dev_eui", "is that of the example, which others have too: \(advice)")] + known
    }

    static func found(in meter: MeterConfiguration) -> (key: String, message: String)? {
        guard let key = meter.key, keys.contains(key.bytes) else { return nil }
        return ("key", "is the key of an example: the meter's own comes from the grid operator")
    }
}
