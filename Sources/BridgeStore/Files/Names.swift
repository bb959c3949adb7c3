import FoundationEssentials
import Glibc

/// The names of files in a folder.
enum Names {
    /// - Throws: where the disk does not say.
    static func exist(_ path: String) throws(StoreError) -> Bool {
        var status = stat()
        if stat(path, &status) == 0 { return true }
        guard errno == ENOENT || errno == ENOTDIR else { throw .system(path) }
        return false
    }

    /// What is not there is no error.
    static func remove(_ paths: String...) throws(StoreError) {
        for path in paths where unlink(path) != 0 && errno != ENOENT { throw .system(path) }
    }
}

/// The folder of a file.
enum Directory {
    /// Makes a rename or a new name in it last. A file system that can't do so (`EINVAL`) has no such need.
    static func sync(of path: String) throws(StoreError) {
        let descriptor = open(URL(filePath: path).deletingLastPathComponent().path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw .system(path) }
    }
}
