extension PayloadSchema {
    /// A page that needs no server: takes payloads apart bit by bit, draws the intervals, and builds downlinks.
    func playground(_ codec: String, _ vectors: [PayloadVector]) -> String {
        let examples = vectors.map { vector in
            "[\(JSONText.quoted(vector.description)), \"\(vector.direction)\", \(vector.port), \"\(vector.hex)\"]"
        }
        return """
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
            \(Self.insideScript(codec))
            </script>
            <script>
            var examples = [
            \(Self.insideScript(examples.joined(separator: ",\n")))
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
