package import Foundation

/// A folder that is gone with its owner.
package final class TemporaryFolder {
    package let url = FileManager.default.temporaryDirectory.appending(path: "p1lora-test-\(UUID().uuidString)")

    package init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: url) }

    package func path(_ name: String) -> String { url.appending(path: name).path }
}
