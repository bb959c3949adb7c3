/// A page in HTML, made of the shared parts: one look, and JavaScript for tables, charts and copying.
///
/// It asks nobody but the server that it comes from, and works without one.
package struct WebPage {
    package let title: String
    /// HTML; what comes from outside is to be escaped (``escaped(_:)``), or better set by a script as text.
    package let body: String
    /// JavaScript; each is an element of its own and may use `parts` (`Resources/parts.js`, `Resources/chart.js`).
    package let scripts: [String]

    package init(title: String, body: String, scripts: [String]) {
        self.title = title
        self.body = body
        self.scripts = scripts
    }

    /// - Parameter nonce: allows the page's own scripts where ``headers(nonce:)`` go with it; nil for a page that is a file.
    package func html(nonce: String? = nil) -> String {
        let attribute = nonce.map { " nonce=\"\(Self.escaped($0))\"" } ?? ""
        let elements = ([Self.parts, Self.chart] + scripts).map { script in
            "<script\(attribute)>\n\(Self.insideScript(script))\n</script>"
        }
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <link rel="icon" href="data:,">
            <title>\(Self.escaped(title))</title>
            <style\(attribute)>
            \(Self.style)
            </style>
            </head>
            <body>
            \(Self.gapPattern)
            \(body)
            \(elements.joined(separator: "\n"))
            </body>
            </html>

            """
    }

    /// What goes with a page over HTTP: no script but its own, no address but its server's, in nobody's frame, in no cache.
    /// - Parameter nonce: at least 16 random bytes in hexadecimal or base64, of this answer alone.
    package static func headers(nonce: String) -> [(name: String, value: String)] {
        let policy =
            "default-src 'none'; script-src 'nonce-\(nonce)'; style-src 'nonce-\(nonce)'; connect-src 'self'; "
            + "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        return [
            ("Content-Security-Policy", policy), ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"), ("Cache-Control", "no-store"),
        ]
    }

    /// A text that stands for itself in HTML, in elements and in quoted attributes.
    package static func escaped(_ text: String) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }

    /// A script element ends at the first "</", even in a string, and "<!--" changes how the rest is read.
    private static func insideScript(_ text: String) -> String {
        [("</", "<\\/"), ("<!--", "<\\!--")].reduce(text) { text, pair in
            text.split(separator: pair.0, omittingEmptySubsequences: false).joined(separator: pair.1)
        }
    }

    private static let style = String(decoding: PackageResources.style_css, as: UTF8.self)
    private static let parts = String(decoding: PackageResources.parts_js, as: UTF8.self)
    private static let chart = String(decoding: PackageResources.chart_js, as: UTF8.self)

    /// How charts and their legends draw what is missing.
    private static let gapPattern = """
        <svg width="0" height="0" class="defs" aria-hidden="true"><defs><pattern id="gap-pattern" width="6" \
        height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line y2="6" class="gap-line" \
        stroke-width="3"/></pattern></defs></svg>
        """
}
