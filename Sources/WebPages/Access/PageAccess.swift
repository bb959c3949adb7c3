package import Timekeeping

/// Who may see a page: a pure decision over the headers of a request.
///
/// - The `Host` must be an address, `localhost` or a name that is configured: a foreign page whose name is made to point here
///   (DNS rebinding) has another.
/// - A password (HTTP Basic, any user's name) or a token (`Bearer`) is asked for where one is configured.
/// - Who tries wrong ones is heard no more for a while, be the next one right or wrong.
package struct PageAccess: Sendable {
    /// What counts of a request.
    package struct Request: Hashable, Sendable {
        /// The values of the headers, nil where there is none.
        package var host: String?
        package var authorization: String?
        /// The address of who asks, such as "192.168.1.7" or "fe80::1"; the same for all behind a reverse proxy.
        package var peer: String

        package init(host: String?, authorization: String?, peer: String) {
            self.host = host
            self.authorization = authorization
            self.peer = peer
        }
    }

    package enum Verdict: Hashable, Sendable {
        case granted
        /// 421: the name in `Host` is none of this machine's.
        case foreignHost
        /// 401: with `WWW-Authenticate: Basic realm="p1lora", charset="UTF-8"`.
        case unauthorized
        /// 429, with `Retry-After` in whole seconds.
        case tooManyTries(TimeSpan)

        package var status: Int {
            switch self {
            case .granted: 200
            case .foreignHost: 421
            case .unauthorized: 401
            case .tooManyTries: 429
            }
        }

        /// A sentence for who asked.
        package var message: String {
            switch self {
            case .granted: "granted"
            case .foreignHost: "this name is not known here: use the address, or configure the name"
            case .unauthorized: "a password is needed"
            case .tooManyTries(let rest): "too many wrong tries: wait \(Int(rest.seconds) + 1) s"
            }
        }
    }

    private let names: Set<String>
    private let password: SharedSecret?
    private let token: SharedSecret?
    private var tries = TryLimit()

    /// - Parameters:
    ///   - names: those of this machine that may stand in `Host`, beside addresses and `localhost`.
    ///   - password: nil lets everybody in who has no wrong one.
    ///   - token: may come in the password's place.
    package init(names: [String] = [], password: SharedSecret? = nil, token: SharedSecret? = nil) {
        self.names = Set(names.map { HostName.normal($0) } + ["localhost"])
        self.password = password
        self.token = token
    }

    package mutating func judge(_ request: Request, at now: MonotonicInstant) -> Verdict {
        guard let host = request.host.flatMap(HostName.init(header:)), host.isAddress || names.contains(host.name)
        else { return .foreignHost }
        guard password != nil || token != nil else { return .granted }
        if let rest = tries.wait(of: request.peer, at: now) { return .tooManyTries(rest) }
        guard let given = request.authorization else { return .unauthorized }
        let isRight = isRight(given)
        tries.note(request.peer, isRight: isRight, at: now)
        return isRight ? .granted : .unauthorized
    }

    private func isRight(_ authorization: String) -> Bool {
        switch Credentials(authorization) {
        case .password(let bytes)?: password?.matches(bytes) ?? false
        case .token(let bytes)?: token?.matches(bytes) ?? false
        case nil: false
        }
    }
}
