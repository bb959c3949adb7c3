import Glibc
import HardwareInterfaces
package import Timekeeping

/// Answers requests on a few sockets, and never waits for a client: one that says nothing, or does not take its answer, is
/// dropped after a while, and the one that has been there longest when too many come.
package final class RequestServer {
    /// Somebody wants to see a page, or brings something.
    package struct Request: Hashable, Sendable {
        let client: Int
        /// The number of the listener by which it came.
        package let listener: Int
        package let head: WebRequestHead
        /// Who asks over a socket in the file system, as the kernel says; nil over TCP.
        package let user: UInt32?
        /// The address of who asks.
        package let peer: String
        package let body: [UInt8]
        let isForBrowsers: Bool

        package var path: String { head.path }

        /// Where it came by a listener for browsers; nil by all others.
        package var browser: Browser? {
            guard isForBrowsers else { return nil }
            return Browser(host: head.headers["host"], authorization: head.headers["authorization"], address: peer)
        }
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

        package init(status: Int = 200, type: String = "text/plain", body: [UInt8] = [], headers: [String] = []) {
            self.status = status
            self.type = type
            self.body = body
            self.headers = headers
        }

        /// A sentence for people.
        package static func text(_ text: String, status: Int = 200, headers: [String] = []) -> Answer {
            Answer(status: status, body: Array("\(text)\n".utf8), headers: headers)
        }

        package static let notFound = Answer.text("there is no such page", status: 404)
    }

    /// What clients may take.
    package struct Limits: Sendable {
        let clients: Int
        let patience: TimeSpan
        /// Anew for an answer; nil for what is left of ``patience``.
        let patienceForAnswers: TimeSpan?
        /// Bytes of a body; more are refused before they come.
        let body: Int

        /// Pages that are looked at.
        package static let pages = Self(
            clients: mostClients, patience: RequestServer.patience, patienceForAnswers: nil, body: 0)
        /// Events that servers post, and pages that are large.
        package static let events = Self(
            clients: 64, patience: .seconds(10), patienceForAnswers: .seconds(60), body: 1_048_576)
    }

    private final class Client {
        let descriptor: FileDescriptor
        let listener: Int
        let isForBrowsers: Bool
        let user: UInt32?
        let peer: String
        var deadline: MonotonicInstant
        var input: [UInt8] = []
        /// Where the body begins, and how long it is; nil until the head is whole and admitted.
        var head: (content: WebRequestHead, length: Int, body: Int)?
        /// What is to be sent; nil while it is not known.
        var output: ArraySlice<UInt8>?
        var isAsking = false

        init(_ number: Int32, listener: Int, isForBrowsers: Bool, deadline: MonotonicInstant) {
            user = Self.user(of: number)
            peer = SocketAddresses.peer(of: number)
            descriptor = FileDescriptor(owning: number)
            self.listener = listener
            self.isForBrowsers = isForBrowsers
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
    private let limits: Limits
    private let admit: (Request) -> Answer?
    private var clients: [Int: Client] = [:]
    private var nextNumber = 0
    /// No client can be taken before (the process has no descriptors left).
    private var acceptAgain: MonotonicInstant?

    static let mostClients = 16
    static let patience = TimeSpan.seconds(5)

    /// - Parameter admit: looks at a request whose body has not been read, and says what to answer to one that is refused; nil
    ///   for one that may go on. Pages are looked at alone where nothing is given.
    package init(
        listeners: [RequestListener] = [], limits: Limits = .pages, admit: @escaping (Request) -> Answer? = looksOnly
    ) {
        self.listeners = listeners
        self.limits = limits
        self.admit = admit
    }

    /// Refuses what is no GET or HEAD.
    package static func looksOnly(_ request: Request) -> Answer? {
        ["GET", "HEAD"].contains(request.head.method) ? nil : .text("405", status: 405)
    }

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
    /// - Returns: requests that are whole; each is to be given an answer.
    package func poll(at now: MonotonicInstant) -> [Request] {
        if let due = acceptAgain, due <= now { acceptAgain = nil }
        if acceptAgain == nil { for index in listeners.indices { take(from: index, at: now) } }
        clients = clients.filter { $0.value.deadline > now }
        var requests: [Request] = []
        for (number, client) in clients where client.output == nil && !client.isAsking {
            if let request = read(client, number, at: now) { requests.append(request) }
        }
        for (number, client) in clients where client.output != nil { write(client, number) }
        return requests
    }

    /// - Parameter now: from when on the client has time for an answer of its own.
    package func answer(_ request: Request, _ answer: Answer, at now: MonotonicInstant? = nil) {
        give(answer, to: request.client, isHead: request.head.method == "HEAD", at: now)
    }

    private func take(from index: Int, at now: MonotonicInstant) {
        do {
            // As many as wait: each takes a moment.
            for _ in 0..<limits.clients {
                guard let number = try listeners[index].accept() else { return }
                if clients.count >= limits.clients, let oldest = clients.keys.min() { clients[oldest] = nil }
                clients[nextNumber] = Client(
                    number, listener: index, isForBrowsers: listeners[index].isForBrowsers,
                    deadline: now + limits.patience)
                nextNumber += 1
            }
        } catch {
            acceptAgain = now + .seconds(1)
        }
    }
}

// MARK: Reading

extension RequestServer {
    /// - Returns: a request that is whole now.
    private func read(_ client: Client, _ number: Int, at now: MonotonicInstant) -> Request? {
        guard fill(client) else {
            clients[number] = nil
            return nil
        }
        guard client.head != nil || readHead(client, number, at: now), let head = client.head,
            client.input.count >= head.length + head.body
        else { return nil }
        client.isAsking = true
        return request(client, number, head.content, body: Array(client.input[head.length..<head.length + head.body]))
    }

    /// - Returns: false when the client has gone.
    private func fill(_ client: Client) -> Bool {
        let limit = (client.head.map { $0.length + $0.body } ?? WebRequestHead.longest) - client.input.count
        guard limit > 0 else { return true }
        do {
            switch try client.descriptor.read(into: &client.input, limit: min(limit, 65_536), device: "client") {
            case .ended: return false
            case .bytes, .nothingYet, .opening: return true
            }
        } catch {
            return false
        }
    }

    private func request(_ client: Client, _ number: Int, _ head: WebRequestHead, body: [UInt8] = []) -> Request {
        Request(
            client: number, listener: client.listener, head: head, user: client.user, peer: client.peer, body: body,
            isForBrowsers: client.isForBrowsers)
    }

    /// - Returns: whether the head is there and the body may come.
    private func readHead(_ client: Client, _ number: Int, at now: MonotonicInstant) -> Bool {
        func refuse(_ status: Int) -> Bool {
            give(.text("\(status)", status: status), to: number, isHead: false, at: now)
            return false
        }
        switch WebRequestHead.read(client.input) {
        case .incomplete: return false
        case .refused(let status): return refuse(status)
        case .whole(let head, let length):
            guard ["GET", "HEAD", "POST"].contains(head.method) else { return refuse(405) }
            if let answer = admit(request(client, number, head)) {
                give(answer, to: number, isHead: head.method == "HEAD", at: now)
                return false
            }
            guard let body = head.contentLength else { return refuse(411) }
            guard body <= limits.body else { return refuse(413) }
            client.head = (head, length, body)
            return true
        }
    }
}

// MARK: Answering

extension RequestServer {
    private func give(_ answer: Answer, to number: Int, isHead: Bool, at now: MonotonicInstant?) {
        guard let client = clients[number] else { return }
        let lines =
            [
                "HTTP/1.1 \(answer.status) \(Self.reasons[answer.status] ?? "Unknown")", "Content-Type: \(answer.type)",
                "Content-Length: \(answer.body.count)", "Cache-Control: no-store", "Connection: close",
            ] + answer.headers
        client.output = (Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + (isHead ? [] : answer.body))[...]
        if let now, let patience = limits.patienceForAnswers { client.deadline = now + patience }
        write(client, number)
    }

    private static let reasons = [
        200: "OK", 204: "No Content", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
        405: "Method Not Allowed", 409: "Conflict", 411: "Length Required", 413: "Content Too Large",
        421: "Misdirected Request", 429: "Too Many Requests", 431: "Request Header Fields Too Large",
        500: "Internal Server Error", 503: "Service Unavailable",
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
