import Testing
import WebPages

@Suite struct WebPageTests {
    private let page = WebPage(
        title: "<power> & \"use\"", body: "<p id=\"a\">x</p>", scripts: ["var text = \"</script><!-- \";"])

    @Test func `a page asks no other address`() {
        let html = page.html()
        for text in ["http://", "https://", "@import", "src=", "url(h"] {
            // The name space of SVG is a name, and nothing that is fetched.
            #expect(!html.replacing("http://www.w3.org/2000/svg", with: "").contains(text), "\(text)")
        }
    }

    @Test func `a title is a text, and a script can't end its own element`() {
        let html = page.html()
        #expect(html.contains("<title>&lt;power&gt; &amp; &quot;use&quot;</title>"))
        #expect(html.contains(#"var text = "<\/script><\!-- ";"#))
        #expect(html.split(separator: "</script>", omittingEmptySubsequences: false).count == 4)
    }

    @Test func `scripts and style carry the nonce that the policy allows`() throws {
        let html = page.html(nonce: "5f1e")
        #expect(html.split(separator: "<script nonce=\"5f1e\">").count == 4 && html.contains("<style nonce=\"5f1e\">"))
        #expect(!html.contains("<script>") && !page.html().contains("nonce=\""))
        let policy = try #require(WebPage.headers(nonce: "5f1e").first { $0.name == "Content-Security-Policy" }?.value)
        #expect(
            policy.hasPrefix("default-src 'none'; script-src 'nonce-5f1e'; style-src 'nonce-5f1e'; connect-src 'self'"))
        #expect(!policy.contains("unsafe"))
    }

    @Test func `the shared parts have less than 50 kB`() {
        #expect(WebPage(title: "", body: "", scripts: []).html().utf8.count < 50_000)
    }
}
