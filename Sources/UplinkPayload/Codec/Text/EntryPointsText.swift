extension CodecText {
    static let entryPoints = #"""
        function p1loraWrongPort(port, known) {
          throw new Error("port " + port + " carries no p1lora message, expected " + known.join(" or "));
        }

        function p1loraBytes(bytes) {
          if (!bytes || !(bytes.length > 0)) { throw new Error("the payload is empty"); }
          return bytes;
        }

        function p1loraDecode(port, bytes) {
          var known = [];
          for (var i = 0; i < P1LORA_UPLINKS.length; i += 1) {
            if (P1LORA_UPLINKS[i][0] === port) { return P1LORA_UPLINKS[i][1](p1loraBytes(bytes)); }
            known.push(P1LORA_UPLINKS[i][0]);
          }
          return p1loraWrongPort(port, known);
        }

        // TS013: The Things Stack, ChirpStack v4, ThingPark and others.
        function decodeUplink(input) {
          try {
            return { data: p1loraDecode(input.fPort, input.bytes), errors: [], warnings: [] };
          } catch (error) {
            return { errors: [error.message], warnings: [] };
          }
        }

        function encodeDownlink(input) {
          try {
            return { fPort: P1LORA_COMMAND_PORT, bytes: p1loraEncode(input.data), errors: [], warnings: [] };
          } catch (error) {
            return { errors: [error.message], warnings: [] };
          }
        }

        function decodeDownlink(input) {
          try {
            return { data: p1loraDecodeCommands(input.fPort, input.bytes), errors: [], warnings: [] };
          } catch (error) {
            return { errors: [error.message], warnings: [] };
          }
        }

        // ChirpStack v3.
        function Decode(fPort, bytes, variables) {
          return p1loraDecode(fPort, bytes);
        }

        // The Things Network v2.
        function Decoder(bytes, port) {
          return p1loraDecode(port, bytes);
        }

        """#
}
