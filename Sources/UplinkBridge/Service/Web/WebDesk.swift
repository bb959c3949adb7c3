import BridgeConfiguration
import HardwareInterfaces
import LinuxHardware
import Timekeeping
import UplinkPayload
import WebPages

/// Answers browsers ([web]), in the thread that serves the status.
struct WebDesk {
    private var access: PageAccess
    private let facts: PageFacts
    private let codec: String
    private let clock: any Clock
    private var random = SystemRandomNumberGenerator()
    private var slow: (facts: [JSONValue.Member], hasPlan: Bool, at: MonotonicInstant)?

    /// How old what costs a look at the store and at the plan may be.
    static let slowPause = TimeSpan.seconds(60)

    init(_ web: WebConfiguration, _ commons: BridgeCommons, clock: any Clock) {
        access = PageAccess(names: web.names, password: web.password)
        facts = PageFacts(commons)
        codec = commons.configuration.schema.javaScriptCodec()
        self.clock = clock
    }

    enum Outcome {
        case answer(RequestServer.Answer)
        /// Of these ``data(_:)`` and the metrics are made when the radio's thread has answered.
        case needsStatus
    }

    mutating func take(_ request: RequestServer.Request, _ browser: RequestServer.Browser, at now: MonotonicInstant)
        -> Outcome
    {
        let verdict = access.judge(
            .init(host: browser.host, authorization: browser.authorization, peer: browser.address), at: now)
        guard verdict == .granted else { return .answer(BridgePage.answer(to: verdict)) }
        switch request.path {
        case "/": return .answer(BridgePage.answer(using: &random))
        case "/codec": return .answer(.init(type: "text/javascript; charset=utf-8", body: Array(codec.utf8)))
        case "/data", "/metrics": return .needsStatus
        default: return .answer(.notFound)
        }
    }

    /// Until there is a plan it is asked for more often: a page is opened while the device joins.
    private static let firstPause = TimeSpan.seconds(5)

    /// Whether the next data need a copy of what the planner knows.
    func wantsPlan(at now: MonotonicInstant) -> Bool {
        slow.map { now - $0.at >= ($0.hasPlan ? Self.slowPause : Self.firstPause) } ?? true
    }

    mutating func data(_ status: BridgeStatus, _ mailbox: LinkStatusMailbox, at now: MonotonicInstant)
        -> RequestServer.Answer
    {
        if wantsPlan(at: now) {
            let basis = mailbox.basis
            slow = (facts.slow(basis, at: now, utc: clock.utc), basis != nil, now)
        }
        let age = slow.map { now - $0.at } ?? .zero
        let members =
            [
                JSONValue.Member("now", .number("\(clock.utc.milliseconds)")),
                .init("status", .written(String(decoding: status.json(), as: UTF8.self))),
                .init("slow_age_s", .number("\(age.seconds)")),
            ] + facts.quick() + (slow?.facts ?? [])
        return .init(type: "application/json", body: Array(JSONValue.object(members).text.utf8))
    }
}

extension UTCInstant {
    /// Since 1970, as browsers count.
    var milliseconds: Int64 { nanoseconds / 1_000_000 }
}
