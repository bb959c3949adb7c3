/// A motor that a thermostat switches, day and night: a refrigerator, a freezer, the pump of a heating.
struct Thermostat {
    let phase: Int
    let watts: Int64
    /// How long it runs and rests, each time a little different.
    let on: ClosedRange<Int64>
    let off: ClosedRange<Int64>

    private var isOn = false
    private var left: Int64 = 0

    init(phase: Int, watts: Int64, on: ClosedRange<Int64>, off: ClosedRange<Int64>) {
        self.phase = phase
        self.watts = watts
        self.on = on
        self.off = off
    }

    mutating func power(for seconds: Int64, using random: inout SeededRandom) -> Int64 {
        if left <= 0 {
            isOn.toggle()
            left = Int64.random(in: isOn ? on : off, using: &random)
        }
        left -= seconds
        return isOn ? watts : 0
    }
}
