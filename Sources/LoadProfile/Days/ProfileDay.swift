/// What is known of a register at one boundary.
public enum BoundaryState: Hashable, Sendable {
    /// No report has told of it.
    case unheard
    /// A report has told that the bridge does not know it either.
    case unknown
    /// What the register showed, in the whole units of `RegisterScale`.
    case value(Int64)
}

/// What a register showed at the 96 boundaries of one UTC day.
///
/// Local days are cut out of these; 96 boundaries of UTC stay the same whoever looks at them from whichever zone.
public struct ProfileDay: Hashable, Sendable {
    /// Quarter-hours of a day of UTC.
    public static let boundaries = 96

    /// Registers are never below zero, so the negative numbers are free for what is no value.
    private var slots = [Int64](repeating: Self.unheard, count: Self.boundaries)
    private static let unheard: Int64 = -1
    private static let unknown: Int64 = -2
    /// A bit for each boundary, the first the lowest.
    private var joined: UInt128 = 0

    /// A day of which nothing was heard.
    public init() {}

    /// - Parameter slot: 0 to 95, in quarter-hours since midnight UTC. Elsewhere nothing is known, and nothing is kept.
    public subscript(slot: Int) -> BoundaryState {
        get {
            guard slots.indices.contains(slot) else { return .unheard }
            return switch slots[slot] {
            case Self.unheard: .unheard
            case Self.unknown: .unknown
            case let value: .value(value)
            }
        }
        set {
            guard slots.indices.contains(slot) else { return }
            switch newValue {
            case .unheard: slots[slot] = Self.unheard
            case .unknown: slots[slot] = Self.unknown
            case .value(let value): if value >= 0 { slots[slot] = value }
            }
        }
    }

    /// Whether a report has told of this boundary and of the one before it as of one series.
    public func isJoined(_ slot: Int) -> Bool { slots.indices.contains(slot) && joined >> UInt128(slot) & 1 == 1 }

    /// - Parameter slot: of the later of the two boundaries.
    public mutating func join(_ slot: Int) {
        if slots.indices.contains(slot) { joined |= 1 << UInt128(slot) }
    }

    /// What is usual: all that are known are joined. The boundary before the first is of another day, and joined too.
    private var usuallyJoined: UInt128 {
        var bits: UInt128 = 0
        for slot in slots.indices where slots[slot] >= 0 && (slot == 0 || slots[slot - 1] >= 0) {
            bits |= 1 << UInt128(slot)
        }
        return bits
    }

    /// Each boundary was told of.
    var isWhole: Bool { !slots.contains(Self.unheard) }

    /// A bit for each boundary at which the register is known, the first the lowest.
    var knownBits: UInt128 { bits { $0 >= 0 } }

    /// And for each that the bridge does not know.
    var unknownBits: UInt128 { bits { $0 == Self.unknown } }

    private func bits(_ isSet: (Int64) -> Bool) -> UInt128 {
        // In two halves, which a processor of 64 bits adds up in fewer steps.
        func half(_ first: Int) -> UInt64 {
            (0..<Self.boundaries / 2).reduce(0) { $0 | (isSet(slots[first + $1]) ? 1 << UInt64($1) : 0) }
        }
        return UInt128(half(0)) | UInt128(half(Self.boundaries / 2)) << UInt128(Self.boundaries / 2)
    }

    /// A register is lower than the one before it.
    var falls: Bool {
        zip(slots, slots.dropFirst()).contains { $0 >= 0 && $1 >= 0 && $1 < $0 }
    }

    /// Boundaries of which the register is known.
    public var count: Int { slots.count { $0 >= 0 } }

    // MARK: As it is stored

    /// The bits of the first byte: the form's number, and which of the maps follow.
    private static let form: UInt8 = 1
    private static let hasJoints: UInt8 = 0x20
    private static let isPartial: UInt8 = 0x40
    private static let hasUnknown: UInt8 = 0x80

    /// A head of one byte; where not all boundaries are known, a bit for each that is; where the bridge does not know some, a
    /// bit for each of them; where not all that are known are joined, a bit for each that is; then the first register, and
    /// how much more each next one is, seven bits a byte.
    public var stored: [UInt8] {
        let isPartial = slots.contains { $0 < 0 }
        let hasUnknown = slots.contains(Self.unknown)
        let hasJoints = joined != usuallyJoined
        var bytes = [
            Self.form | (isPartial ? Self.isPartial : 0) | (hasUnknown ? Self.hasUnknown : 0)
                | (hasJoints ? Self.hasJoints : 0)
        ]
        if isPartial { bytes += Self.map(slots.map { $0 >= 0 }) }
        if hasUnknown { bytes += Self.map(slots.map { $0 == Self.unknown }) }
        if hasJoints { bytes += Self.map(slots.indices.map { isJoined($0) }) }
        var last: Int64 = 0
        for value in slots where value >= 0 {
            VariableInteger.append(value - last, to: &bytes)
            last = value
        }
        return bytes
    }

    /// - Throws: ``ProfileError/damagedDay`` for what ``stored`` does not make.
    public init(stored bytes: [UInt8]) throws(ProfileError) {
        var rest = bytes[...]
        guard let head = rest.popFirst(), head & 0x1F == Self.form else { throw .damagedDay }
        let known = head & Self.isPartial == 0 ? Self.all(true) : try Self.takeMap(from: &rest)
        let unknown = head & Self.hasUnknown == 0 ? Self.all(false) : try Self.takeMap(from: &rest)
        let joints = head & Self.hasJoints == 0 ? nil : try Self.takeMap(from: &rest)
        var last: Int64 = 0
        for slot in slots.indices {
            if known[slot] {
                guard !unknown[slot], let more = VariableInteger.take(from: &rest) else { throw .damagedDay }
                let (value, overflow) = last.addingReportingOverflow(more)
                guard !overflow, value >= 0 else { throw .damagedDay }
                slots[slot] = value
                last = value
            } else if unknown[slot] {
                slots[slot] = Self.unknown
            }
        }
        guard rest.isEmpty else { throw .damagedDay }
        if let joints {
            for slot in slots.indices where joints[slot] { join(slot) }
        } else {
            joined = usuallyJoined
        }
    }

    private static func all(_ flag: Bool) -> [Bool] { [Bool](repeating: flag, count: boundaries) }

    private static func map(_ flags: [Bool]) -> [UInt8] {
        stride(from: 0, to: boundaries, by: 8).map { start in
            (0..<8).reduce(0) { byte, bit in byte | (flags[start + bit] ? 1 << UInt8(bit) : 0) }
        }
    }

    private static func takeMap(from rest: inout ArraySlice<UInt8>) throws(ProfileError) -> [Bool] {
        let length = boundaries / 8
        guard rest.count >= length else { throw .damagedDay }
        let bytes = Array(rest.prefix(length))
        rest = rest.dropFirst(length)
        return (0..<boundaries).map { bytes[$0 / 8] >> UInt8($0 % 8) & 1 == 1 }
    }
}
