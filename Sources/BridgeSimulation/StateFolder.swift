import FoundationEssentials
import LinuxHardware

/// A folder for the store of a simulated bridge: in memory where there is a folder there, for a simulation of months waits
/// for no disk.
struct StateFolder {
    private let url: URL

    init() throws {
        let memory = URL(filePath: "/dev/shm")
        let isWritable = FileManager.default.isWritableFile(atPath: memory.path)
        url = (isWritable ? memory : FileManager.default.temporaryDirectory)
            .appending(path: "p1lora-simulation-\(UUID().uuidString)")
        try Folder.make(url.path, mode: 0o700)
    }

    /// When the store is closed: SQLite removes files of its own then.
    func remove() { try? FileManager.default.removeItem(at: url) }

    var databasePath: String { url.appending(path: "state.db").path }
}
