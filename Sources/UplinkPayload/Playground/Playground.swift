/// A page that needs no server: takes payloads apart bit by bit, draws the intervals, and builds downlinks.
enum Playground {
    /// - Parameter examples: each a list in JSON: description, direction, port, hexadecimal digits.
    static func page(_ codec: String, examples: [String]) -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>p1lora payloads</title>
        <style>
        \(part(PackageResources.playground_css))
        </style>
        </head>
        <body>
        \(part(PackageResources.playground_html))
        <script>
        \(insideScript(codec))
        </script>
        <script>
        var examples = [
        \(insideScript(examples.joined(separator: ",\n")))
        ];
        \(part(PackageResources.playground_js))
        </script>
        </body>
        </html>

        """
    }

    /// Without the end of its last line.
    private static func part(_ bytes: [UInt8]) -> String { Scripts.text(bytes.dropLast()) }

    /// A script element ends at the first "</", even in a string.
    private static func insideScript(_ text: String) -> String {
        text.split(separator: "</", omittingEmptySubsequences: false).joined(separator: "<\\/")
    }
}
