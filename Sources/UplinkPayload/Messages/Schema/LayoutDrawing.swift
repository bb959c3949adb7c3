/// Layouts as a picture: each byte a box of eight bits, eight bytes a row, a colour for each part.
public enum LayoutDrawing {
    private static let (bit, row, label, margin) = (12, 46, 18, 16)
    private static let bitsInRow = 64
    private static let colours = [
        "#c7d2e0", "#dde3ea", "#9ecae1", "#fdd0a2", "#a1d99b", "#dadaeb", "#fcbba1", "#c6dbef", "#e7cb94", "#b5cf6b",
    ]

    /// The bits as an SVG.
    public static func svg(_ maps: [LayoutMap]) -> String {
        var shapes: [String] = []
        var top = margin
        for map in maps {
            shapes.append(
                text("port \(map.kind.port) \(map.kind.name), tag \(map.tag)", x: margin, y: top + 12, weight: "bold"))
            top += 22
            top = draw(map, from: top, into: &shapes) + 10
        }
        let width = bitsInRow * bit + 2 * margin
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(top + margin)" viewBox="0 0 \(width) \
            \(top + margin)" font-family="sans-serif" font-size="11">
            <rect width="100%" height="100%" fill="white"/>
            \(shapes.joined(separator: "\n"))
            </svg>

            """
    }

    /// - Returns: the lower end.
    private static func draw(_ map: LayoutMap, from top: Int, into shapes: inout [String]) -> Int {
        var position = 0
        for (index, part) in map.parts.enumerated() {
            // A part without an end takes what is left of its row.
            var left = part.width > 0 ? part.width : bitsInRow - position % bitsInRow
            var isFirst = true
            while left > 0 {
                let column = position % bitsInRow
                let count = min(left, bitsInRow - column)
                let (x, y) = (margin + column * bit, top + position / bitsInRow * row)
                let colour = part.name == "padding" ? "#f4f4f4" : colours[index % colours.count]
                shapes.append(
                    "<g><title>\(escaped("\(part.name): \(part.meaning)"))</title><rect x=\"\(x)\" y=\"\(y + label)\" "
                        + "width=\"\(count * bit)\" height=\"22\" fill=\"\(colour)\" stroke=\"#555\"/>"
                        + name(part, isFirst, x: x, y: y + label + 15, width: count * bit) + "</g>")
                for byte in stride(from: (position + 7) / 8 * 8, to: position + count, by: 8) {
                    let x = margin + byte % bitsInRow * bit
                    shapes.append(text("\(byte / 8)", x: x, y: y + label - 4, weight: "normal"))
                    shapes.append("<path d=\"M\(x) \(y + label)v-4\" stroke=\"#555\"/>")
                }
                position += count
                left -= count
                isFirst = false
            }
        }
        return top + (position + bitsInRow - 1) / bitsInRow * row
    }

    /// The name where it has room, and else its beginning.
    private static func name(_ part: LayoutMap.Part, _ isFirst: Bool, x: Int, y: Int, width: Int) -> String {
        let room = (width - 4) / 7
        guard isFirst || room > part.name.count, room > 1 else { return "" }
        let shown = part.name.count <= room ? part.name : part.name.prefix(room - 1) + "…"
        return text(String(shown), x: x + 4, y: y, weight: "normal")
    }

    private static func text(_ text: String, x: Int, y: Int, weight: String) -> String {
        "<text x=\"\(x)\" y=\"\(y)\" font-weight=\"\(weight)\">\(escaped(text))</text>"
    }

    private static func escaped(_ text: String) -> String {
        text.map { character in
            switch character {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            default: String(character)
            }
        }.joined()
    }
}
