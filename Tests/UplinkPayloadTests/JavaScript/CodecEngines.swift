import HardwareSimulators
import Testing
import Timekeeping

@testable import UplinkPayload

/// The engines under which the codec has to run: duktape knows ES5.1 and nothing newer, node is V8, and QuickJS is that of
/// ChirpStack.
enum CodecEngines {
    static let quickJS = JavaScriptEngine.quickJS
    static let all =
        ["duk", "node"].compactMap { try? JavaScriptEngine.find(names: [$0]) } + [quickJS].compactMap { $0 }

    /// What decodeUplink returns, as JSON.
    static func expectation(_ decode: () throws(DecodeError) -> DecodedReport) -> String {
        do {
            return "{\"data\":\(try decode().json),\"errors\":[],\"warnings\":[]}"
        } catch {
            return "{\"errors\":[\(JSONText.quoted("\(error)"))],\"warnings\":[]}"
        }
    }
}

extension JavaScriptEngine {
    /// Compares the codec with the Swift decoder, uplink by uplink, in one start of the engine; tells the first that differs.
    func expectAgreement(with schema: PayloadSchema, _ uplinks: [Uplink]) throws {
        let results = try decodeUplinks(codec: schema.javaScriptCodec(), uplinks, timeLimit: .minutes(3))
        let expected = uplinks.map { uplink in
            CodecEngines.expectation { () throws(DecodeError) in
                try schema.decode(port: Int(uplink.port), uplink.bytes)
            }
        }
        let other = results.indices.first { results[$0] != expected[$0] }
        #expect(other.map { "\(uplinks[$0]): \(results[$0]) is not \(expected[$0])" } == nil, "\(path)")
    }
}
