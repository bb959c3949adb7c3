package import Foundation

/// A folder that is gone with its owner.
package final class TemporaryFolder {
    package let url = parent.appending(path: "p1lora-test-\(UUID().uuidString)")

    /// In memory where there is room: most tests store often, and nothing of theirs outlasts them.
    private static let parent: URL = {
        let memory = URL(filePath: "/dev/shm")
        let system = try? FileManager.default.attributesOfFileSystem(forPath: memory.path)
        let free = system?[.systemFreeSize] as? NSNumber
        guard FileManager.default.isWritableFile(atPath: memory.path), (free?.int64Value ?? 0) > 1 << 31 else {
            return FileManager.default.temporaryDirectory
        }
        return memory
    }()

    package init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: url) }

    package func path(_ name: String) -> String { url.appending(path: name).path }
}
