import CMosquitto
import Glibc
package import HardwareInterfaces

/// A broker over libmosquitto, which is looked for when this is made.
package final class MosquittoBroker: MessageSubscriber {
    /// How the broker is reached.
    package struct Settings: Sendable {
        package var host: String
        package var port: UInt16
        package var clientIdentifier: String
        package var user: String?
        package var password: String?
        /// The authorities that are believed; nil for a connection without TLS.
        package var authorities: Authorities?
        /// The client's own certificate and its key, in PEM.
        package var certificate: (file: String, key: String)?
        /// The broker keeps subscriptions, and what comes for them, while this client is away.
        package var keepsSession = false
        /// What the broker is to publish, retained, when this client is gone without leave.
        package var will: (topic: String, payload: String)?

        package enum Authorities: Sendable {
            case file(String)
            case folder(String)

            /// Those of a file; where there is none, those that the system believes, where Debian and most others keep them.
            package init(file: String?) { self = file.map { .file($0) } ?? .folder("/etc/ssl/certs") }
        }

        package init(host: String, port: UInt16, clientIdentifier: String) {
            self.host = host
            self.port = port
            self.clientIdentifier = clientIdentifier
        }
    }

    private let client: OpaquePointer
    private let settings: Settings
    private let device: String

    /// Seconds without a word after which either side asks whether the other is there.
    private static let keepalive: Int32 = 30

    /// - Throws: when libmosquitto is not installed, or does not take the settings.
    package init(_ settings: Settings) throws(HardwareError) {
        self.settings = settings
        device = "mqtt\(settings.authorities == nil ? "" : "s")://\(settings.host):\(settings.port)"
        var reason = [CChar](repeating: 0, count: 160)
        guard let client = p1lora_mqtt_create(settings.clientIdentifier, settings.keepsSession, &reason, reason.count)
        else {
            let text = String(decoding: reason.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            throw HardwareError(.notFound, device: device, message: text)
        }
        self.client = client
        if let will = settings.will { try check(p1lora_mqtt_set_will(client, will.topic, will.payload)) }
        if let user = settings.user { try check(p1lora_mqtt_set_login(client, user, settings.password)) }
        try setTLS()
    }

    deinit { p1lora_mqtt_destroy(client) }

    private func setTLS() throws(HardwareError) {
        guard let authorities = settings.authorities else { return }
        let own = settings.certificate
        var (file, folder): (String?, String?) = (nil, nil)
        switch authorities {
        case .file(let path): file = path
        case .folder(let path): folder = path
        }
        for path in [file, own?.file, own?.key].compactMap(\.self) {
            guard access(path, R_OK) == 0 else { throw HardwareError.opening(path, errno: errno) }
        }
        try check(p1lora_mqtt_set_tls(client, file, folder, own?.file, own?.key))
    }

    package func connect() throws(HardwareError) {
        try check(p1lora_mqtt_connect(client, settings.host, Int32(settings.port), Self.keepalive))
    }

    package var isAccepted: Bool { p1lora_mqtt_state(client) == P1LORA_MQTT_ACCEPTED }

    package var pollDescriptor: Int32? {
        let number = p1lora_mqtt_socket(client)
        return number < 0 ? nil : number
    }

    package var isCongested: Bool { p1lora_mqtt_wants_to_write(client) }

    package func serve() throws(HardwareError) { try check(p1lora_mqtt_serve(client)) }

    package func publish(_ payload: [UInt8], to topic: String, isRetained: Bool) throws(HardwareError) {
        try check(p1lora_mqtt_publish(client, topic, payload, Int32(clamping: payload.count), 0, isRetained, nil))
    }

    @discardableResult
    package func deliver(_ payload: [UInt8], to topic: String) throws(HardwareError) -> Int32 {
        var number: Int32 = 0
        try check(p1lora_mqtt_publish(client, topic, payload, Int32(clamping: payload.count), 1, false, &number))
        return number
    }

    package func subscribe(to filter: String) throws(HardwareError) {
        try check(p1lora_mqtt_subscribe(client, filter))
    }

    package var isListening: Bool { p1lora_mqtt_is_listening(client) }

    /// Called by ``serve()``.
    package var onMessage: ((_ topic: String, _ payload: UnsafeRawBufferPointer) -> Void)? {
        didSet {
            p1lora_mqtt_set_receiver(
                client,
                { context, topic, payload, count in
                    guard let context, let topic else { return }
                    let broker = Unmanaged<MosquittoBroker>.fromOpaque(context).takeUnretainedValue()
                    broker.onMessage?(String(cString: topic), UnsafeRawBufferPointer(start: payload, count: count))
                }, Unmanaged.passUnretained(self).toOpaque())
        }
    }

    /// Called by ``serve()``.
    package var onTaken: ((_ number: Int32) -> Void)? {
        didSet {
            p1lora_mqtt_set_taker(
                client,
                { context, number in
                    guard let context else { return }
                    Unmanaged<MosquittoBroker>.fromOpaque(context).takeUnretainedValue().onTaken?(number)
                }, Unmanaged.passUnretained(self).toOpaque())
        }
    }

    package func disconnect() {
        _ = p1lora_mqtt_disconnect(client)
        _ = p1lora_mqtt_serve(client)
    }

    private func check(_ result: Int32) throws(HardwareError) {
        guard result != 0 else { return }
        throw HardwareError(
            .disconnected, device: device, message: String(cString: p1lora_mqtt_reason(client)))
    }
}
