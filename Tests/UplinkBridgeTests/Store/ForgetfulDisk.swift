import Foundation
import Glibc
import TestSupport

/// A disk that forgets what was not synced: `Tests/PowerCut/cutfs.c`, built with the C compiler and libfuse3.
final class ForgetfulDisk {
    let mount: String
    /// What the disk keeps while the power is off.
    let back: String
    private let program: String
    private let folder: TemporaryFolder
    private var process: Process?

    enum Missing: Error { case because(String) }

    /// - Throws: what is missing on this machine.
    init() throws {
        folder = try TemporaryFolder()
        (mount, back, program) = (folder.path("disk"), folder.path("back"), folder.path("cutfs"))
        for path in [mount, back] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        }
        guard access("/dev/fuse", R_OK | W_OK) == 0 else { throw Missing.because("/dev/fuse can't be used") }
        let source = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../PowerCut/cutfs.c").standardizedFileURL.path
        let command = "cc -O1 \(source) -o \(program) $(pkg-config --cflags --libs fuse3)"
        guard Self.run("sh", ["-c", command]) == 0 else {
            throw Missing.because("cutfs.c can't be built: it needs cc, pkg-config and libfuse3-dev")
        }
    }

    deinit { unmount() }

    /// - Parameters:
    ///   - cutAt: the writing operation at which the power fails; 0 for none.
    ///   - failing: per mille of the operations that fail.
    func switchOn(seed: Int, cutAt: Int = 0, failing: Int = 0) throws {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = [back, mount]
        process.environment = ["CUT_SEED": "\(seed)", "CUT_AT": "\(cutAt)", "CUT_EIO": "\(failing)"]
        process.standardError = FileHandle.nullDevice
        try process.run()
        self.process = process
        for _ in 0..<1_000 where !isMounted { usleep(2_000) }
        guard isMounted else { throw Missing.because("cutfs can't be mounted") }
    }

    private var isMounted: Bool {
        var (inside, outside) = (stat(), stat())
        return stat(mount, &inside) == 0 && stat(folder.url.path, &outside) == 0 && inside.st_dev != outside.st_dev
    }

    /// From now on nothing can be written, and the unsynced is lost. What has a file open has to close it before
    /// ``unmount()``.
    func cut() {
        guard let process else { return }
        kill(process.processIdentifier, SIGUSR1)
        usleep(2_000)
        // The next operation takes note of it.
        _ = access(mount + "/state.db", F_OK)
        _ = access(mount + "/none", F_OK)
    }

    func unmount() {
        guard let process else { return }
        _ = Self.run("umount", ["-l", mount])
        process.waitUntilExit()
        self.process = nil
    }

    private static func run(_ tool: String, _ arguments: [String]) -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [tool] + arguments
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return -1 }
        process.waitUntilExit()
        return process.terminationStatus
    }
}
