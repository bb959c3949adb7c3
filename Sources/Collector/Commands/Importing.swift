package import CollectorStore
package import Timekeeping

/// Messages of network servers, a line of JSON each: recordings, and The Things Stack's storage.
package enum Importing {
    /// - Parameters:
    ///   - onTrouble: told of each line that is left out, with its number.
    /// - Returns: what has come of all lines.
    package static func run(
        _ lines: LineReader, into store: any ProfileStore, fleets: Fleets, at now: () -> UTCInstant,
        onTrouble: @escaping (_ line: Int, StoredTrouble) -> Void
    ) throws -> Intake.Counts {
        var lines = lines
        var intake = Intake(store, fleets: fleets)
        intake.onTrouble = { onTrouble($1, $0) }
        var number = 0
        while let line = try lines.next() {
            number += 1
            intake.place = number
            switch line.message {
            case nil: continue
            case .text(let bytes): intake.take(bytes, at: now())
            case .tooLong(let count):
                intake.note(
                    StoredTrouble(
                        kind: TroubleKind.unreadable.rawValue, at: now(), text: "a line of \(count) bytes"))
            }
            if intake.waiting >= Intake.largestBatch { try intake.commit() }
        }
        try intake.commit()
        return intake.counts
    }
}
