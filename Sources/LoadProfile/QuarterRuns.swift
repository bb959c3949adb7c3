import MeterValues

/// Runs of quarter-hours, in their order.
extension [Range<QuarterHour>] {
    /// Adds a run, to the last one where that ends at it.
    mutating func append(contentsOf run: Range<QuarterHour>) {
        if let last, last.upperBound == run.lowerBound {
            self[count - 1] = last.lowerBound..<run.upperBound
        } else {
            append(run)
        }
    }

    /// Adds a quarter-hour, to the last run where that ends at it.
    mutating func append(_ quarter: QuarterHour, joining: Bool) {
        if joining, let last, last.upperBound == quarter {
            self[count - 1] = last.lowerBound..<quarter.next
        } else {
            append(quarter..<quarter.next)
        }
    }
}
