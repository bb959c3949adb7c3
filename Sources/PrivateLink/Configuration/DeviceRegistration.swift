public import Ciphers
public import LoRaWAN

/// A device that may join: one board with p1lora, or anything else of LoRaWAN 1.0.4 that can be held to one channel.
public struct DeviceRegistration: Hashable, Sendable {
    /// Who it is.
    public var devEUI: DevEUI
    /// Whom it looks for.
    public var joinEUI: JoinEUI
    /// Its root key.
    public var appKey: AES128Key

    /// - Parameters:
    ///   - devEUI: who it is.
    ///   - joinEUI: whom it looks for.
    ///   - appKey: its root key; it never goes over the air.
    public init(devEUI: DevEUI, joinEUI: JoinEUI, appKey: AES128Key) {
        self.devEUI = devEUI
        self.joinEUI = joinEUI
        self.appKey = appKey
    }
}
