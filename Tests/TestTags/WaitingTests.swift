import Foundation
import Synchronization
public import Testing

/// For a test that mostly waits, for a program, a clock or a file: it blocks a thread of its own instead of one of the few (one for
/// each core) on which all other tests compute. Some at a time, since a program that waits for the processor in vain fails its test.
public struct Waits: TestTrait, SuiteTrait, TestScoping {
    /// How many such tests run at a time.
    private static let places = Places(count: 4)
    private static let threads = ThreadForEachJob()

    public var isRecursive: Bool { true }

    /// Of a suite as well: what it does between its tests would come behind all tests that compute, and the next of its tests
    /// after them.
    public func scopeProvider(for test: Test, testCase: Test.Case?) -> Self? {
        test.isSuite || testCase != nil ? self : nil
    }

    public func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        // Tasks within take the preference over.
        if test.isSuite { return try await withTaskExecutorPreference(Self.threads) { try await function() } }
        await Self.places.take()
        defer { Self.places.give() }
        try await withTaskExecutorPreference(Self.threads) { try await function() }
    }
}

extension Trait where Self == Waits {
    /// Blocks a thread of its own.
    public static var waits: Self { Waits() }
}

/// A counting semaphore on which tasks wait without a thread.
private final class Places: Sendable {
    private struct State {
        var free: Int
        var queue: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(count: Int) { state = Mutex(State(free: count)) }

    func take() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.free > 0 else {
                    state.queue.append(continuation)
                    return false
                }
                state.free -= 1
                return true
            }
            if isFree { continuation.resume() }
        }
    }

    func give() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard !state.queue.isEmpty else {
                state.free += 1
                return nil
            }
            return state.queue.removeFirst()
        }
        next?.resume()
    }
}

/// Starts a thread for each piece of a task between two suspensions, so that none waits for another that blocks.
private final class ThreadForEachJob: TaskExecutor {
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedTaskExecutor()
        Thread.detachNewThread { job.runSynchronously(on: executor) }
    }
}
