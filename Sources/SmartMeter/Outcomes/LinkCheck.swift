/// The protocol that a message came by, and what its check was.
struct LinkCheck {
    let line: LineProtocol
    let check: UInt16
}
