import BridgeConfiguration
import LinuxHardware

extension MosquittoBroker.Settings {
    init(_ access: BrokerAccess, topics: BrokerTopics) {
        self.init(host: access.host, port: access.port, clientIdentifier: "p1lora-\(topics.identifier)")
        user = access.user
        password = access.password
        if access.usesTLS { authorities = Authorities(file: access.authorities) }
        will = (topics.availability, "offline")
    }
}
