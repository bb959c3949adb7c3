import Foundation
import Testing
import Timekeeping
import WebPages

@Suite struct PageAccessTests {
    private let start = MonotonicInstant(nanoseconds: 0)

    private func request(
        host: String? = "127.0.0.1:8471", _ authorization: String? = nil, peer: String = "192.168.1.7"
    ) -> PageAccess.Request {
        .init(host: host, authorization: authorization, peer: peer)
    }

    private func basic(_ password: String, user: String = "p1lora") -> String {
        "Basic " + Data("\(user):\(password)".utf8).base64EncodedString()
    }

    private func guarded() throws -> PageAccess {
        let password: SharedSecret = try #require(SharedSecret("correct horse"))
        let token: SharedSecret = try #require(SharedSecret("a-token-of-length"))
        return PageAccess(names: ["Meter.local"], password: password, token: token)
    }

    @Test(arguments: [
        "127.0.0.1", "127.0.0.1:8471", "192.168.1.20:80", "localhost", "LOCALHOST:8471", "localhost.", "[::1]",
        "[::1]:8471",
        "[fe80::1]:80", "meter.local", "meter.local:8471", "METER.LOCAL.",
    ])
    func `an address, localhost and the machine's names are hosts`(host: String) {
        var access = PageAccess(names: ["Meter.local"])
        #expect(access.judge(request(host: host), at: start) == .granted)
    }

    @Test(arguments: [
        nil, "", "evil.example", "evil.example:8471", "localhost.evil.example", "127.0.0.1.evil.example",
        "127.0.0.1@evil",
        "1.2.3.4.5", "256.1.1.1", "1.2.3", "localhost:80:80", "localhost:x", "[evil.example]", "[]", "[::1", "[::1]x",
        "a, localhost", "localhost evil", " localhost", "xmeter.local", "meter.local/evil",
    ])
    func `any other host is refused, also with the right password`(host: String?) throws {
        var open = PageAccess(names: ["Meter.local"])
        #expect(open.judge(request(host: host), at: start) == .foreignHost)
        var access = try guarded()
        #expect(access.judge(request(host: host, basic("correct horse")), at: start) == .foreignHost)
    }

    @Test func `without a password everybody is let in`() {
        var access = PageAccess()
        #expect(access.judge(request(), at: start) == .granted)
        #expect(access.judge(request(basic("anything")), at: start) == .granted)
    }

    @Test func `password and token let in, with any user's name and in any spelling of the scheme`() throws {
        var access = try guarded()
        for right in [
            basic("correct horse"), basic("correct horse", user: ""), basic("correct horse", user: "jürgen"),
            basic("correct horse").replacingOccurrences(of: "Basic", with: "bAsIc"), "Bearer a-token-of-length",
            "BEARER a-token-of-length",
        ] {
            #expect(access.judge(request(right), at: start) == .granted, "\(right)")
        }
    }

    @Test(arguments: [
        nil, "Basic", "Basic ", "Bearer ", "Basic Y29ycmVjdA==", "Basic !!!!", "Basic cDps===", "Basic YTpi c",
        "Digest a",
        "Bearer correct horse", "Bearer a-token-of-lengt", "Bearer a-token-of-lengtha", "Bearer a-token-of-lengtx",
    ])
    func `anything else is asked for the password`(authorization: String?) throws {
        var access = try guarded()
        #expect(access.judge(request(authorization), at: start) == .unauthorized)
    }

    @Test func `a password is no token, a token no password, and neither a part or a repetition of it`() throws {
        var access = try guarded()
        for (index, wrong) in [
            "Bearer correct", basic("a-token-of-length"), basic("correct hors"), basic("correct horsecorrect horse"),
            basic("correct horse "), basic(""), basic("Correct horse"),
        ].enumerated() {
            #expect(access.judge(request(wrong, peer: "10.0.0.\(index)"), at: start) == .unauthorized, "\(wrong)")
        }
        var onlyToken = PageAccess(token: SharedSecret("a-token-of-length"))
        #expect(onlyToken.judge(request(basic("a-token-of-length")), at: start) == .unauthorized)
        #expect(onlyToken.judge(request("Bearer a-token-of-length"), at: start) == .granted)
    }

    @Test func `after ten wrong tries the right one is not heard either, until a try has come back`() throws {
        var access = try guarded()
        for _ in 0..<10 { #expect(access.judge(request(basic("wrong")), at: start) == .unauthorized) }
        #expect(access.judge(request(basic("correct horse")), at: start) == .tooManyTries(.seconds(30)))
        #expect(access.judge(request(basic("correct horse")), at: start + .seconds(29)) == .tooManyTries(.seconds(1)))
        #expect(access.judge(request(basic("correct horse")), at: start + .seconds(30)) == .granted)
        #expect(access.judge(request(basic("wrong")), at: start + .seconds(30)) == .unauthorized)
        #expect(access.judge(request(basic("wrong")), at: start + .seconds(30)) == .tooManyTries(.seconds(30)))
    }

    @Test func `to be asked for the password is no try`() throws {
        var access = try guarded()
        for _ in 0..<100 { #expect(access.judge(request(), at: start) == .unauthorized) }
        #expect(access.judge(request(basic("correct horse")), at: start) == .granted)
    }

    @Test func `tries of one do not count against another, and an IPv6 neighbour is the same one`() throws {
        var access = try guarded()
        for last in 0..<10 { _ = access.judge(request(basic("wrong"), peer: "2001:db8:1:2:\(last)::9"), at: start) }
        let right = basic("correct horse")
        #expect(access.judge(request(right, peer: "2001:db8:1:2:aaaa::1"), at: start) == .tooManyTries(.seconds(30)))
        #expect(access.judge(request(right, peer: "2001:db8:1:3::1"), at: start) == .granted)
        #expect(access.judge(request(right, peer: "10.1.1.1"), at: start) == .granted)
    }

    @Test func `an IPv4 address is the same one in its IPv6 form`() throws {
        var access = try guarded()
        for _ in 0..<10 { _ = access.judge(request(basic("wrong"), peer: "::ffff:10.1.1.1"), at: start) }
        #expect(access.judge(request(basic("wrong"), peer: "10.1.1.1"), at: start) == .tooManyTries(.seconds(30)))
        #expect(access.judge(request(basic("correct horse"), peer: "::ffff:10.1.1.2"), at: start) == .granted)
    }

    @Test func `many addresses together have a limit, which does not keep out who came with the right one`() throws {
        var access = try guarded()
        let right = basic("correct horse")
        #expect(access.judge(request(right, peer: "10.9.9.9"), at: start) == .granted)
        let outcomes = (0..<1_000).map { number in
            access.judge(request(basic("wrong"), peer: "10.0.\(number / 250).\(number % 250)"), at: start)
        }
        #expect(outcomes.filter { $0 == .unauthorized }.count == 100)
        #expect(access.judge(request(right, peer: "10.8.8.8"), at: start) == .tooManyTries(.seconds(2)))
        #expect(access.judge(request(right, peer: "10.9.9.9"), at: start) == .granted)
        #expect(access.judge(request(right, peer: "10.8.8.8"), at: start + .seconds(2)) == .granted)
    }

    @Test func `a day of attack from many addresses forgets nobody who came with the right one`() throws {
        var access = try guarded()
        #expect(access.judge(request(basic("correct horse"), peer: "10.9.9.9"), at: start) == .granted)
        for second in 0..<20_000 {
            let peer = "10.\(second / 60_000).\(second / 250 % 250).\(second % 250)"
            _ = access.judge(request(basic("wrong"), peer: peer), at: start + .seconds(Int64(second)))
        }
        let end = start + .seconds(20_000)
        #expect(access.judge(request(basic("correct horse"), peer: "10.9.9.9"), at: end) == .granted)
    }

    @Test func `a secret has 8 to 256 bytes, and shows itself to nobody`() throws {
        #expect(SharedSecret("1234567") == nil && SharedSecret(String(repeating: "x", count: 257)) == nil)
        let secret = try #require(SharedSecret("12345678"))
        #expect("\(secret)" == "a secret" && secret.matches("12345678".utf8) && !secret.matches([]))
        #expect(!secret.matches(String(repeating: "12345678", count: 2).utf8))
        #expect(!secret.matches(String(repeating: "12345678", count: 33).utf8))
    }

    @Test(arguments: [
        (PageAccess.Verdict.granted, 200), (.unauthorized, 401), (.foreignHost, 421), (.tooManyTries(.seconds(3)), 429),
    ])
    func `each verdict has its status`(verdict: PageAccess.Verdict, status: Int) {
        #expect(verdict.status == status && !verdict.message.isEmpty)
    }
}
