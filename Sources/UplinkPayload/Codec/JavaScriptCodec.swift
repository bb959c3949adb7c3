extension PayloadSchema {
    /// The codec for exactly these layouts: one file of strict ECMAScript 5.1 that runs unchanged in The Things Stack,
    /// ChirpStack v3 and v4, ThingPark, old The Things Network, and a browser (TS013 decodeUplink, encodeDownlink,
    /// decodeDownlink; Decode; Decoder).
    public func javaScriptCodec() -> String {
        """
        // Codec of a p1lora bridge, for the layouts of one configuration.
        // Written by "p1lora codec": run it again when the configuration changes, do not edit.
        // SPDX-License-Identifier: Apache-2.0

        \(codecTables)

        \(CodecText.reader)
        \(CodecText.readings)
        \(CodecText.alarm)
        \(CodecText.status)
        \(CodecText.commands)
        \(CodecText.reply)
        \(CodecText.encoder)
        \(CodecText.entryPoints)
        """
    }
}

/// The parts of the codec that are the same for all configurations.
enum CodecText {}
