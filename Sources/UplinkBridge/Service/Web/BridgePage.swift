import LinuxHardware
import Timekeeping
import WebPages

/// The page of a bridge: the same for all; what it shows comes as JSON.
enum BridgePage {
    private static let page = WebPage(
        title: "p1lora", body: String(decoding: PackageResources.page_html, as: UTF8.self),
        scripts: [String(decoding: PackageResources.page_js, as: UTF8.self)])

    /// - Parameter random: each answer allows its own scripts alone.
    static func answer(using random: inout some RandomNumberGenerator) -> RequestServer.Answer {
        let nonce = String(random.next(), radix: 16) + String(random.next(), radix: 16)
        return .init(
            type: "text/html; charset=utf-8", body: Array(page.html(nonce: nonce).utf8),
            headers: WebPage.headers(nonce: nonce).filter { $0.name != "Cache-Control" }.map {
                "\($0.name): \($0.value)"
            })
    }

    static func answer(to verdict: PageAccess.Verdict) -> RequestServer.Answer {
        var answer = RequestServer.Answer.text(verdict.message, status: verdict.status)
        switch verdict {
        case .unauthorized: answer.headers = ["WWW-Authenticate: Basic realm=\"p1lora\", charset=\"UTF-8\""]
        case .tooManyTries(let rest): answer.headers = ["Retry-After: \(rest.seconds + 1)"]
        case .granted, .foreignHost: break
        }
        return answer
    }
}
