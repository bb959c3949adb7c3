/// What the first bytes of something say.
enum Recognition<Frame> {
    case frame(Frame)
    /// More bytes are wanted before it can be said.
    case unfinished
    case no
}
