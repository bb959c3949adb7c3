import BridgeConfiguration
import LoRaWAN
import RadioDrivers

extension Registration {
    /// The command of The Things Stack's `ttn-lw-cli` (3.2x), in lines for a shell.
    package var thingsStackCommand: String {
        var options = ["--dev-eui \(device.devEUI)", "--frequency-plan-id \(frequencyPlan)"]
        options += ["--lorawan-version \(macVersion)", "--lorawan-phy-version \(regionalParameters)"]
        if device.deviceClass == .c { options.append("--supports-class-c") }
        switch device.activation {
        case .overTheAir(let joinEUI, let appKey):
            options.insert("--join-eui \(joinEUI)", at: 0)
            options.append("--root-keys.app-key.key \(isSecretShown ? hex(appKey) : "APPKEY")")
        case .personalized(let session):
            options.append("--abp --session.dev-addr \(session.devAddr)")
            options.append(
                "--session.keys.f-nwk-s-int-key.key \(isSecretShown ? hex(session.keys.network) : "NWKSKEY")")
            options.append("--session.keys.app-s-key.key \(isSecretShown ? hex(session.keys.application) : "APPSKEY")")
            // The enumeration of the server is in seconds.
            options.append("--mac-settings.rx1-delay RX_DELAY_\(session.rxDelay)")
        }
        return (["ttn-lw-cli end-devices create APPLICATION \(name)"] + options).joined(separator: " \\\n  ")
    }

    /// As The Things Stack calls them.
    var macVersion: String {
        switch module {
        case .v102: "MAC_V1_0_2"
        case .v103: "MAC_V1_0_3"
        case nil: "MAC_V1_0_4"
        }
    }

    var regionalParameters: String {
        switch module {
        case .v102: "PHY_V1_0_2_REV_B"
        case .v103: "PHY_V1_0_3_REV_A"
        case nil: "RP002_V1_0_4"
        }
    }

    /// A plan of TheThingsNetwork/lorawan-frequency-plans; for the fixed plans the one with the sub-band.
    var frequencyPlan: String {
        let region = device.region
        if case .fixed = region.plan { return "\(region.servers.frequencyPlan)_\(subBand)" }
        return region.servers.frequencyPlan
    }

    /// The Things Network's, unless the configuration says otherwise.
    private var subBand: Int { device.subBand ?? 2 }

    /// What ChirpStack 4 takes at its REST interface, path and JSON in the order of use: the device, then its keys. Its
    /// device profile has to have the MAC version of ``fields`` and this region.
    package var chirpStackRequests: [(path: String, body: String)] {
        let eui = device.devEUI.description.lowercased()
        var ids = "\"devEui\":\"\(eui)\",\"name\":\"\(name)\""
        ids += ",\"applicationId\":\"APPLICATION_ID\",\"deviceProfileId\":\"DEVICE_PROFILE_ID\""
        switch device.activation {
        case .overTheAir(let joinEUI, let appKey):
            // In 1.0.x the field of the NwkKey holds the AppKey.
            let key = isSecretShown ? hex(appKey).lowercased() : "APPKEY"
            return [
                ("/api/devices", "{\"device\":{\(ids),\"joinEui\":\"\(joinEUI.description.lowercased())\"}}"),
                ("/api/devices/\(eui)/keys", "{\"deviceKeys\":{\"devEui\":\"\(eui)\",\"nwkKey\":\"\(key)\"}}"),
            ]
        case .personalized(let session):
            let network = isSecretShown ? hex(session.keys.network).lowercased() : "NWKSKEY"
            let application = isSecretShown ? hex(session.keys.application).lowercased() : "APPSKEY"
            // A server of 1.1 has three network session keys; in 1.0.x they are one.
            let keys = ["nwkSEncKey", "sNwkSIntKey", "fNwkSIntKey"].map { "\"\($0)\":\"\(network)\"" }
            let members =
                ["\"devEui\":\"\(eui)\"", "\"devAddr\":\"\(session.devAddr.description.lowercased())\""] + keys
                + ["\"appSKey\":\"\(application)\"", "\"fCntUp\":\(session.firstUplinkCounter)"]
                + ["\"nFCntDown\":\(session.firstDownlinkCounter)", "\"aFCntDown\":0"]
            return [
                ("/api/devices", "{\"device\":{\(ids)}}"),
                (
                    "/api/devices/\(eui)/activate",
                    "{\"deviceActivation\":{\(members.joined(separator: ","))}}"
                ),
            ]
        }
    }
}
