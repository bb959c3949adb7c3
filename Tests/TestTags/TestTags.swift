import Foundation
public import Testing

extension Tag {
    /// Goes through the places where a fault can strike, or through random ones.
    @Tag public static var campaign: Self
    /// Starts programs: our own, a broker, interpreters of JavaScript.
    @Tag public static var process: Self
    /// Opens pages in a browser.
    @Tag public static var browser: Self
}

extension Trait where Self == ConditionTrait {
    /// Left out by `Tests/quick`, which says so.
    public static var slow: Self {
        .disabled(if: ProcessInfo.processInfo.environment["P1LORA_QUICK"] != nil, "slow: left out by Tests/quick")
    }
}
