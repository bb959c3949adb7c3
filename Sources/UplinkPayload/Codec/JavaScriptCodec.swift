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

    /// The tables of this schema, and the parts that are the same for all; intervals for those who have such a report.
    private var codecParts: [String] {
        [codecTables, keysText] + (allIntervals.isEmpty ? [] : [Scripts.intervals]) + [
            Scripts.reader, Scripts.readings, Scripts.alarm, Scripts.status, Scripts.commands, Scripts.reply,
            Scripts.encoder, Scripts.entryPoints,
        ]
    }
}
