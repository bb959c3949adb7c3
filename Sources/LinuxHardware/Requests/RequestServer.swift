import Glibc
import HardwareInterfaces
package import Timekeeping

/// Answers GET requests on a few sockets, and never waits for a client: one that says nothing, or does not take its answer,
/// is dropped after a while, and the one that has been there longest when too many come.
package final class RequestServer {
    /// Somebody wants to see a page.
    package struct Request: Hashable, Sendable {
        let client: Int
        package let path: String
        /// Who asks over a socket in the file system, as the kernel says; nil over TCP.
        package let user: UInt32?
        /// Where it came by a listener for browsers; nil by all others.
        package var browser: Browser?
    }

    /// What tells who may see a page.
    package struct Browser: Hashable, Sendable {
        package let host: String?
        package let authorization: String?
        /// The address of the peer.
        package let address: String
    }

    package struct Answer: Hashable, Sendable {
        package var status: Int
        package var type: String
        package var body: [UInt8]
        /// Header lines beside those that each answer has, without their ends.
        package var headers: [String]

        package init(status: Int = 200, type: String, body: [UInt8], headers: [String] = []) {
            self.status = status
            self.type = type
            self.body = body
            self.headers = headers
        }

        /// A sentence for people.
        package static func text(_ text: String, status: Int = 200) -> Answer {
            Answer(status: status, type: "text/plain", body: Array("\(text)\n".utf8))
        }

        package static let notFound = Answer(
            status: 404, type: "text/plain", body: Array("there is no such page\n".utf8))
    }

    private final class Client {
        let descriptor: FileDescriptor
        let deadline: MonotonicInstant
        let user: UInt32?
        /// Nil where it came by a listener for programs.
        let address: String?
        var input: [UInt8] = []
        var isHead = false
        /// What is to be sent; nil while it is not known.
        var output: ArraySlice<UInt8>?
        var isAsking = false

        init(_ number: Int32, isBrowser: Bool, deadline: MonotonicInstant) {
            user = Self.user(of: number)
            address = isBrowser ? SocketAddresses.peer(of: number) : nil
            descriptor = FileDescriptor(owning: number)
            self.deadline = deadline
        }

        /// SO_PEERCRED (unix(7)): process, user and group of who has connected.
        private static func user(of descriptor: Int32) -> UInt32? {
            var credentials: (Int32, UInt32, UInt32) = (0, .max, .max)
            var length = socklen_t(MemoryLayout.size(ofValue: credentials))
            guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0, credentials.0 != 0,
                credentials.1 != .max
            else { return nil }
            return credentials.1
        }
    }

    private var listeners: [RequestListener]
    private var clients: [Int: Client] = [:]
    private var nextNumber = 0
    /// No client can be taken before (the process has no descriptors left).
    private var acceptAgain: MonotonicInstant?

    static let mostClients = 16
    static let patience = TimeSpan.seconds(5)

    package init(listeners: [RequestListener] = []) { self.listeners = listeners }

    package func add(_ listener: RequestListener) { listeners.append(listener) }

    package var pollDescriptors: [Int32] {
        (acceptAgain == nil ? listeners.map { $0.descriptor.number } : [])
            + clients.values.filter { !$0.isAsking && $0.output == nil }.map { $0.descriptor.number }
    }

    package func nextDeadline(at now: MonotonicInstant) -> MonotonicInstant? {
        let rest = clients.values.contains { $0.output != nil } ? now + .milliseconds(20) : nil
        return (clients.values.map(\.deadline) + [acceptAgain, rest].compactMap { $0 }).min()
    }

    /// Takes what has come.
    /// - Returns: who wants to see what; each is to be given an answer.
    package func poll(at now: MonotonicInstant) -> [Request] {
        if let due = acceptAgain, due <= now { acceptAgain = nil }
        if acceptAgain == nil { for listener in listeners { take(from: listener, at: now) } }
        clients = clients.filter { $0.value.deadline > now }
        var requests: [Request] = []
        for (number, client) in clients where client.output == nil && !client.isAsking {
            switch read(client) {
            case nil: clients[number] = nil
            case .incomplete?: break
            case .refused(let status)?:
                give(Answer(status: status, type: "text/plain", body: Array("\(status)\n".utf8)), to: number)
            case .get(let path, let isHead, let headers)?:
                client.isHead = isHead
                client.isAsking = true
                let browser = client.address.map {
                    Browser(host: headers.host, authorization: headers.authorization, address: $0)
                }
                requests.append(Request(client: number, path: path, user: client.user, browser: browser))
            }
        }
        for (number, client) in clients where client.output != nil { write(client, number) }
        return requests
    }

    package func answer(_ request: Request, _ answer: Answer) { give(answer, to: request.client) }

    private func take(from listener: RequestListener, at now: MonotonicInstant) {
        do {
            // As many as wait: each takes a moment.
            for _ in 0..<Self.mostClients {
                guard let number = try listener.accept() else { return }
                if clients.count >= Self.mostClients, let oldest = clients.keys.min() { clients[oldest] = nil }
                clients[nextNumber] = Client(
                    number, isBrowser: listener.isForBrowsers, deadline: now + Self.patience)
                nextNumber += 1
            }
        } catch {
            acceptAgain = now + .seconds(1)
        }
    }

    /// - Returns: nil when the client has gone.
    private func read(_ client: Client) -> RequestHead? {
        do {
            switch try client.descriptor.read(into: &client.input, limit: RequestHead.longest, device: "client") {
            case .ended: return nil
            case .bytes, .nothingYet, .opening: return RequestHead(client.input)
            }
        } catch {
            return nil
        }
    }

    private func give(_ answer: Answer, to number: Int) {
        guard let client = clients[number] else { return }
        let head =
            "HTTP/1.1 \(answer.status) \(Self.reasons[answer.status] ?? "Unknown")\r\nContent-Type: \(answer.type)\r\n"
            + "Content-Length: \(answer.body.count)\r\nCache-Control: no-store\r\nConnection: close\r\n"
            + answer.headers.map { "\($0)\r\n" }.joined() + "\r\n"
        client.output = (Array(head.utf8) + (client.isHead ? [] : answer.body))[...]
        write(client, number)
    }

    private static let reasons = [
        200: "OK", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
        405: "Method Not Allowed",
        409: "Conflict", 421: "Misdirected Request", 429: "Too Many Requests",
        431: "Request Header Fields Too Large", 503: "Service Unavailable",
    ]

    private func write(_ client: Client, _ number: Int) {
        guard let output = client.output else { return }
        let sent = output.withUnsafeBytes {
            send(client.descriptor.number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
        }
        if sent < 0, errno != EAGAIN && errno != EINTR {
            clients[number] = nil
        } else {
            client.output = output.dropFirst(max(0, sent))
            if client.output?.isEmpty == true { clients[number] = nil }
        }
    }
}
