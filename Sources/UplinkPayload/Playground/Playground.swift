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
        \(PlaygroundText.style)
        </style>
        </head>
        <body>
        \(PlaygroundText.body)
        <script>
        \(insideScript(codec))
        </script>
        <script>
        var examples = [
        \(insideScript(examples.joined(separator: ",\n")))
        ];
        \(PlaygroundText.script)
        </script>
        </body>
        </html>

        """
    }

    /// A script element ends at the first "</", even in a string.
    private static func insideScript(_ text: String) -> String {
        text.split(separator: "</", omittingEmptySubsequences: false).joined(separator: "<\\/")
    }
}
