/// A connection to a message broker (MQTT 3.1.1), served by one thread.
package protocol MessageBroker: AnyObject {
    /// Begins a connection; may wait for a name server and for the peer.
    func connect() throws(HardwareError)
    /// Whether the broker has taken the connection and it has not been lost since.
    var isAccepted: Bool { get }
    /// Readable when something has come; nil while there is no connection.
    var pollDescriptor: Int32? { get }
    /// Whether messages wait for room in the line.
    var isCongested: Bool { get }
    /// Takes what has come, sends what waits, and keeps the connection alive.
    /// - Throws: when the connection is lost or refused; ``connect()`` begins another.
    func serve() throws(HardwareError)
    func publish(_ payload: [UInt8], to topic: String, isRetained: Bool) throws(HardwareError)
    /// Takes leave, so that the last will is not published.
    func disconnect()
}

/// A connection that takes messages too.
package protocol MessageSubscriber: MessageBroker {
    /// Messages of such topics, at least once, go to ``onMessage``; after each ``connect()`` anew.
    func subscribe(to filter: String) throws(HardwareError)
    /// Whether the broker has granted all that was asked for on this connection: from then on nothing passes by.
    var isListening: Bool { get }
    /// Called by ``serve()``, before it returns. The bytes are gone when it does.
    var onMessage: ((_ topic: String, _ payload: UnsafeRawBufferPointer) -> Void)? { get set }
    /// Publishes at least once, as long as this client lives.
    /// - Returns: the number by which ``onTaken`` tells that the broker has it.
    @discardableResult
    func deliver(_ payload: [UInt8], to topic: String) throws(HardwareError) -> Int32
    /// Called by ``serve()`` when the broker has acknowledged a message of ``deliver(_:to:)``. Numbers come again after 65 535.
    var onTaken: ((_ number: Int32) -> Void)? { get set }
}
