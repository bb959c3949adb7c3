/// What the first bytes of something say.
enum Recognition<Frame> {
    case frame(Frame)
    /// More bytes are wanted before it can be said.
    case unfinished
    case no

    /// The same without the frame.
    @inline(__always) var beginning: Beginning {
        switch self {
        case .frame: .yes
        case .unfinished: .unfinished
        case .no: .no
        }
    }
}

/// Whether something may begin at a place.
enum Beginning {
    case yes, no
    /// More bytes are wanted before it can be said.
    case unfinished
}
