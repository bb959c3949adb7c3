/// A data-notification as the objects of a telegram.
enum PushMessage {
    /// - Parameter sender: the system title of a ciphered message; nil for one in clear.
    static func read(
        _ bytes: [UInt8], _ sender: SystemTitle?, timeZone: MeterTimeZone
    ) -> Result<ObjectWriter, PushFault> {
        do {
            let notification = try DataNotification(bytes)
            let maker = sender.map { String(decoding: $0.bytes.prefix(3), as: UTF8.self) }
            return PushList.read(
                notification.data, bytes, maker: maker, time: notification.time, title: sender?.description ?? "DLMS",
                timeZone: timeZone)
        } catch {
            return .failure(error)
        }
    }
}
