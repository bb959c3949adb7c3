package enum JavaScriptError: Error, Hashable, Sendable {
    /// Neither duk nor node was found.
    case noEngine
    /// There is no place for the script.
    case noFolder(parent: String, reason: String)
    /// A temporary file or the process could not be made.
    case cannotRun(String)
    /// The engine ended with an error: the text it gave.
    case scriptFailed(String)
    /// The script did not end within the time limit, in milliseconds.
    case timedOut(milliseconds: Int64)
    /// The codec threw, which a network server takes as a failed decode.
    case threw(uplink: Int, message: String)
    /// The codec returned nothing that JSON can hold.
    case noResult(uplink: Int)
}

extension JavaScriptError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noEngine: "no JavaScript engine is installed: apt-get install duktape (or nodejs)"
        case .noFolder(let parent, let reason):
            "no folder can be made in \(parent): \(reason); TMPDIR must name a folder that is there and may be written to"
        case .cannotRun(let reason): "the JavaScript engine cannot be run: \(reason)"
        case .scriptFailed(let text): "the script failed: \(text)"
        case .timedOut(let limit): "the script did not end within \(limit) ms: is there a loop without an end?"
        case .threw(let uplink, let message): "decodeUplink threw at uplink \(uplink): \(message)"
        case .noResult(let uplink): "decodeUplink returned nothing for uplink \(uplink); an object is wanted"
        }
    }
}
