/// What meters speak on their customer ports beside P1 text and its encrypted frames.
public enum LineProtocol: String, Hashable, Sendable, CaseIterable {
    /// Frames between 7E with a format field of type 3 (IEC 62056-46): Scandinavia, Switzerland, Austria, Slovenia.
    case hdlc = "DLMS in HDLC frames"
    /// Frames 68 L L 68 (EN 13757-2): Austria.
    case wiredMBus = "DLMS in M-Bus frames"
    /// 1B1B1B1B 01010101 (BSI TR-03109-1): Germany.
    case sml = "SML"
    /// A header as that of P1, and 00 82 behind it: Elgama meters in Poland.
    case cipheredText = "P1 text that is encrypted behind its header"
    /// Groups of a label, a value and a character that checks them: Linky meters in France.
    case teleinformation = "TIC of a French Linky"
    /// 10 40 F0 30 16, once a minute: Siemens meters of Netz Oberösterreich.
    case polledMBus = "an M-Bus call that wants an answer (Siemens TD-351x, Netz Oberösterreich)"
}

extension LineProtocol: CustomStringConvertible {
    public var description: String { rawValue }

    /// What to do about a line that speaks it and of which no whole message came.
    var advice: String {
        switch self {
        case .hdlc, .wiredMBus:
            "this line carries \(self), and their checks do not fit: the line damages them, or its speed or parity is wrong "
                + "(2400 8E1 for most, 8N1 for Kamstrup in Denmark)"
        case .sml: "this line carries \(self), and its files do not come whole (9600 8N1)"
        case .cipheredText: "this line carries \(self), and it does not come whole"
        case .teleinformation: "this line carries \(self) (1200 or 9600 7E1): p1lora does not read it"
        case .polledMBus: "this line carries \(self): p1lora only listens, so this meter never sends it a value"
        }
    }
}
