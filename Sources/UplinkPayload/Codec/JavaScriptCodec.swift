extension PayloadSchema {
    /// The decoder for exactly these layouts: one file of strict ECMAScript 5.1 that runs unchanged in The Things Stack,
    /// ChirpStack v3 and v4, ThingPark, and old The Things Network (TS013 decodeUplink, Decode, Decoder).
    public func javaScriptCodec() -> String {
        """
        // Decoder for the uplinks of a p1lora bridge, for the layouts of one configuration.
        // Written by "p1lora codec": run it again when the configuration changes, do not edit.
        // SPDX-License-Identifier: Apache-2.0

        // The meters by their number in the frame.
        var P1LORA_METERS = [\(meters.map(Self.literal).joined(separator: ", "))];

        // A field: [key, bits, minimum, step, decimals]; its value is (minimum + number * step) / 10^decimals.
        var P1LORA_PORT_READINGS = \(ReportKind.readings.port);
        var P1LORA_READINGS = [
        \(layouts.map(Self.literal).joined(separator: ",\n"))
        ];

        \(Self.decoder)
        """
    }

    private static func literal(_ layout: ReadingsLayout) -> String {
        let fields = layout.fields.map { field in
            let numbers = "\(field.width), \(field.minimum), \(field.resolution.step), \(field.resolution.decimals)"
            return "    [\(literal(field.name)), \(numbers)]"
        }
        return
            "  { tag: \(layout.tag), bytes: \(layout.byteCount), fields: [\n\(fields.joined(separator: ",\n"))\n  ] }"
    }

    /// ES5.1 forbids U+2028 in a string literal and servers disagree on encodings: everything beyond ASCII is escaped.
    private static func literal(_ text: String) -> String {
        JSONText.quoted(text).utf16.map { unit in
            guard unit >= 0x7F else { return String(UnicodeScalar(UInt8(unit))) }
            let digits = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }.joined()
    }
}
