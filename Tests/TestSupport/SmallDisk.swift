import Foundation
import Glibc

/// A real file system of one megabyte, which only root may mount; skipped without it.
package final class SmallDisk {
    package let path: String
    private let folder: TemporaryFolder

    /// nil where this user may not mount.
    package init?() throws {
        folder = try TemporaryFolder()
        path = folder.path("disk")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        guard Self.mount(["-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs", path]) else {
            print("SKIPPED: a disk that is full needs a user who may mount one")
            return nil
        }
    }

    deinit { _ = Self.run("umount", ["-l", path]) }

    /// Until not a byte more goes on it.
    package func fill() {
        let file = path + "/ballast"
        _ = FileManager.default.createFile(atPath: file, contents: nil)
        guard let handle = FileHandle(forWritingAtPath: file) else { return }
        defer { try? handle.close() }
        for count in [65_536, 4_096, 1] {
            while (try? handle.write(contentsOf: Data(repeating: 0, count: count))) != nil {}
        }
    }

    package func relieve() { unlink(path + "/ballast") }

    private static func mount(_ arguments: [String]) -> Bool { run("mount", arguments) }

    private static func run(_ tool: String, _ arguments: [String]) -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [tool] + arguments
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
