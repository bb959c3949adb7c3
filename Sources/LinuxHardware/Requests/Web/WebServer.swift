import Glibc
import HardwareInterfaces
package import Timekeeping

/// Answers requests with bodies on a few sockets, and never waits for a client: one that says nothing, or does not take its
/// answer, is dropped after a while, and the one that has been there longest when too many come.
package final class WebServer {
    package struct Request: Hashable, Sendable {
        let client: Int
        /// The number of the listener by which it came.
        package let listener: Int
        package let head: WebRequestHead
        /// The address of who asks.
        package let peer: String
        package let body: [UInt8]
    }

    package struct Answer: Hashable, Sendable {
        package var status: Int
        package var type: String
        package var body: [UInt8]
        package var headers: [String]

        package init(_ status: Int, type: String = "text/plain", body: [UInt8] = [], headers: [String] = []) {
            self.status = status
            self.type = type
            self.body = body
            self.headers = headers
        }

        /// A sentence for people.
        package static func text(_ status: Int, _ text: String, headers: [String] = []) -> Answer {
            Answer(status, body: Array("\(text)\n".utf8), headers: headers)
        }
    }

    private final class Client {
        let descriptor: FileDescriptor
        let listener: Int
        let peer: String
        var deadline: MonotonicInstant
        var input: [UInt8] = []
        /// Where the body begins, and what is before it; nil until the head is whole and admitted.
        var head: (content: WebRequestHead, length: Int, body: Int)?
        var output: ArraySlice<UInt8>?
        var isAsking = false

        init(_ number: Int32, listener: Int, deadline: MonotonicInstant) {
            peer = SocketAddresses.peer(of: number)
            descriptor = FileDescriptor(owning: number)
            self.listener = listener
            self.deadline = deadline
        }
    }

    private let listeners: [RequestListener]
    private let admit: (Request) -> Answer?
    private var clients: [Int: Client] = [:]
    private var nextNumber = 0
    private var acceptAgain: MonotonicInstant?

    private static let mostClients = 64
    private static let patience = TimeSpan.seconds(10)
    private static let patienceForAnswers = TimeSpan.seconds(60)
    /// Bytes of a body; more are refused before they come.
    package static let longestBody = 1_048_576

    /// - Parameter admit: looks at a request whose body has not been read, and says what to answer to one that is refused; nil
    ///   for one that may go on.
    package init(_ listeners: [RequestListener], admit: @escaping (Request) -> Answer?) {
        self.listeners = listeners
        self.admit = admit
    }

    package var pollDescriptors: [Int32] {
        (acceptAgain == nil ? listeners.map { $0.descriptor.number } : [])
            + clients.values.filter { !$0.isAsking && $0.output == nil }.map { $0.descriptor.number }
    }

    package func nextDeadline(at now: MonotonicInstant) -> MonotonicInstant? {
        let rest = clients.values.contains { $0.output != nil } ? now + .milliseconds(10) : nil
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

    package func answer(_ request: Request, _ answer: Answer, at now: MonotonicInstant) {
        give(answer, to: request.client, isHead: request.head.method == "HEAD", at: now)
    }

    private func take(from index: Int, at now: MonotonicInstant) {
        do {
            for _ in 0..<Self.mostClients {
                guard let number = try listeners[index].accept() else { return }
                if clients.count >= Self.mostClients, let oldest = clients.keys.min() { clients[oldest] = nil }
                clients[nextNumber] = Client(number, listener: index, deadline: now + Self.patience)
                nextNumber += 1
            }
        } catch {
            acceptAgain = now + .seconds(1)
        }
    }

    /// - Returns: a request that is whole now.
    private func read(_ client: Client, _ number: Int, at now: MonotonicInstant) -> Request? {
        do {
            let limit = (client.head.map { $0.length + $0.body } ?? WebRequestHead.longest) - client.input.count
            if limit > 0 {
                switch try client.descriptor.read(into: &client.input, limit: min(limit, 65_536), device: "client") {
                case .ended:
                    clients[number] = nil
                    return nil
                case .bytes, .nothingYet, .opening: break
                }
            }
        } catch {
            clients[number] = nil
            return nil
        }
        guard client.head != nil || readHead(client, number, at: now), let head = client.head,
            client.input.count >= head.length + head.body
        else { return nil }
        client.isAsking = true
        return request(client, number, head.content, body: Array(client.input[head.length..<head.length + head.body]))
    }

    private func request(_ client: Client, _ number: Int, _ head: WebRequestHead, body: [UInt8] = []) -> Request {
        Request(client: number, listener: client.listener, head: head, peer: client.peer, body: body)
    }

    /// - Returns: whether the head is there and the body may come.
    private func readHead(_ client: Client, _ number: Int, at now: MonotonicInstant) -> Bool {
        func refuse(_ status: Int) -> Bool {
            give(.text(status, "\(status)"), to: number, isHead: false, at: now)
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
            guard body <= Self.longestBody else { return refuse(413) }
            client.head = (head, length, body)
            return true
        }
    }

    private func give(_ answer: Answer, to number: Int, isHead: Bool, at now: MonotonicInstant) {
        guard let client = clients[number] else { return }
        let lines =
            [
                "HTTP/1.1 \(answer.status) \(Self.reasons[answer.status] ?? "Unknown")", "Content-Type: \(answer.type)",
                "Content-Length: \(answer.body.count)", "Connection: close",
            ] + answer.headers
        client.output = (Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + (isHead ? [] : answer.body))[...]
        client.deadline = now + Self.patienceForAnswers
        write(client, number)
    }

    private static let reasons = [
        200: "OK", 204: "No Content", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
        405: "Method Not Allowed", 411: "Length Required", 413: "Content Too Large", 421: "Misdirected Request",
        429: "Too Many Requests", 431: "Request Header Fields Too Large", 500: "Internal Server Error",
        503: "Service Unavailable",
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
