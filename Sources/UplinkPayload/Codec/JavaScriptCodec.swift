extension PayloadSchema {
    /// Bytes that The Things Stack takes for a pasted payload formatter.
    public static let largestCodec = 40_960

    /// The codec for exactly these layouts: one file of strict ECMAScript 5.1 that runs unchanged in The Things Stack,
    /// ChirpStack v3 and v4, ThingPark, old The Things Network, and a browser (TS013 decodeUplink, encodeDownlink,
    /// decodeDownlink; Decode; Decoder).
    public func javaScriptCodec() -> String {
        """
        // Codec of a p1lora bridge, for the layouts of one configuration. Written by "p1lora codec": run it again when the
        // configuration changes, do not edit. The format is described in Codecs/README.md of p1lora.
        // SPDX-License-Identifier: Apache-2.0
        \(CompactScript.of(codecParts.joined(separator: "\n")))
        """
    }

    /// The tables of this schema, what its kinds of uplinks need, and what servers call.
    private var codecParts: [String] {
        var parts = [codecTables, keysText]
        for script in ReportKind.messages.flatMap({ $0.scripts(for: self) }) where !parts.contains(script) {
            parts.append(script)
        }
        return parts + [Scripts.encoder, Scripts.entryPoints]
    }
}
