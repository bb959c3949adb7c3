package import CollectorStore
package import HardwareInterfaces
package import LinuxHardware
import ServerEvents
import Timekeeping
import WebPages

/// What is answered to whom: webhooks of network servers, and those who want to see profiles. It opens no socket.
package final class WebDesk {
    /// What a listener is for.
    package enum Purpose: Sendable {
        case webhook(WebhookConfiguration)
        case api(APIConfiguration)
    }

    private let purposes: [Purpose]
    private let configuration: CollectorConfiguration
    private let store: any ProfileStore
    private let spool: Spool
    private let news: any Waking
    private let clock: any Clock
    private let statuses: StatusCache
    private var access: [Int: PageAccess] = [:]

    package init(
        _ purposes: [Purpose], configuration: CollectorConfiguration, store: any ProfileStore, spool: Spool,
        news: any Waking, clock: any Clock
    ) {
        self.purposes = purposes
        self.configuration = configuration
        self.store = store
        self.spool = spool
        self.news = news
        self.clock = clock
        statuses = StatusCache(store, configuration)
        for (number, purpose) in purposes.enumerated() {
            if case .api(let api) = purpose {
                access[number] = PageAccess(names: api.names, password: api.password, token: api.token)
            }
        }
    }

    /// Looks at a request whose body has not come yet.
    /// - Returns: what is answered to one that is refused.
    package func refusal(_ request: RequestServer.Request) -> RequestServer.Answer? {
        guard purposes.indices.contains(request.listener) else { return .text("there is no such page", status: 404) }
        switch purposes[request.listener] {
        case .webhook(let hook): return refusal(request, of: hook)
        case .api: return refusal(ofReader: request)
        }
    }

    /// The secret stands in `Authorization: Bearer` or, for servers that have headers of their own only, in `X-Secret`.
    private func refusal(_ request: RequestServer.Request, of hook: WebhookConfiguration) -> RequestServer.Answer? {
        guard request.head.method == "POST" else { return .text("events are posted here", status: 405) }
        let headers = request.head.headers
        let authorization = headers["authorization"] ?? ""
        let bearer = authorization.lowercased().hasPrefix("bearer ") ? String(authorization.dropFirst(7)) : ""
        let given = headers["x-secret"] ?? bearer
        return hook.secret.matches(Array(given.utf8)) ? nil : .text("the secret is missing or wrong", status: 401)
    }

    private func refusal(ofReader request: RequestServer.Request) -> RequestServer.Answer? {
        guard request.head.method != "POST" else { return .text("nothing is posted here", status: 405) }
        let who = PageAccess.Request(
            host: request.head.headers["host"], authorization: request.head.headers["authorization"],
            peer: request.peer)
        let verdict = access[request.listener]?.judge(who, at: clock.monotonic) ?? .unauthorized
        switch verdict {
        case .granted: return nil
        case .unauthorized:
            return .text(
                verdict.message, status: 401, headers: ["WWW-Authenticate: Basic realm=\"p1lora\", charset=\"UTF-8\""])
        case .tooManyTries(let rest):
            return .text(verdict.message, status: 429, headers: ["Retry-After: \(rest.seconds + 1)"])
        case .foreignHost: return .text(verdict.message, status: 421)
        }
    }

    /// - Parameter request: one that was not refused, with its body.
    package func answer(_ request: RequestServer.Request) -> RequestServer.Answer {
        guard purposes.indices.contains(request.listener) else { return .text("there is no such page", status: 404) }
        switch purposes[request.listener] {
        case .webhook: return take(request)
        case .api: return ProfileAPI(configuration, store, statuses, at: clock.utc).answer(request.head)
        }
    }

    /// It is on the disk before the server hears that it was taken.
    private func take(_ request: RequestServer.Request) -> RequestServer.Answer {
        let event = request.head.query["event"].map { "/event/\($0)" } ?? ""
        let message = Spool.Message(server: nil, at: clock.utc, topic: "webhook\(event)", body: request.body)
        do throws(HardwareError) {
            try spool.append(message)
            try spool.sync()
        } catch {
            return .text("it can't be stored now: \(error.message)", status: 503)
        }
        news.wake()
        return RequestServer.Answer(status: 204)
    }
}
