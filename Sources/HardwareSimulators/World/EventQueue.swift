import Timekeeping

/// A binary heap of actions by time, and by order of arrival within one instant.
struct EventQueue {
    private struct Entry {
        let instant: MonotonicInstant
        let order: Int
        let action: () -> Void

        func precedes(_ other: Entry) -> Bool {
            instant == other.instant ? order < other.order : instant < other.instant
        }
    }

    private var heap: [Entry] = []
    private var inserted = 0

    var nextInstant: MonotonicInstant? { heap.first?.instant }

    mutating func insert(_ action: @escaping () -> Void, at instant: MonotonicInstant) {
        inserted += 1
        heap.append(Entry(instant: instant, order: inserted, action: action))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].precedes(heap[parent]) else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func popFirst() -> (() -> Void)? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return first.action }
        heap[0] = last
        var parent = 0
        while true {
            var smallest = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if heap[child].precedes(heap[smallest]) { smallest = child }
            }
            guard smallest != parent else { break }
            heap.swapAt(parent, smallest)
            parent = smallest
        }
        return first.action
    }
}
