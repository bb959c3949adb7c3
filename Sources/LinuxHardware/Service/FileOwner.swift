import CLinux
import Glibc
package import HardwareInterfaces

/// Whom root stands for where a service's files are opened.
///
/// A file that root makes beside those of the service (a journal, a lock, a socket) could not be opened by the service
/// any more. So a command that root runs acts as the owner of the files, with that user's groups; who is not root is
/// left as he is. Real-time priority stays within reach (``RealtimeThread``).
package enum FileOwner {
    /// For the rest of the process: in all its threads, and those to come.
    /// - Parameters:
    ///   - paths: the first that is there counts, else the folder that the first would be made in.
    ///   - reaches: devices that are root's alone can be opened all the same; false for who wants to see what the
    ///     owner sees.
    /// - Throws: where the system does not let root become that user.
    package static func become(of paths: [String], reaches: Bool = true) throws(HardwareError) {
        if try change(paths) != nil, reaches { p1lora_raise_capabilities() }
    }

    /// While `body` runs.
    package static func act<Result>(asOwnerOf paths: [String], _ body: () throws -> Result) throws -> Result {
        let groups = try change(paths)
        defer { groups.map(restore) }
        return try body()
    }

    /// - Returns: root's own groups; nil when nothing was to be changed.
    private static func change(_ paths: [String]) throws(HardwareError) -> [gid_t]? {
        guard geteuid() == 0, let owner = owner(of: paths), owner.user != 0 else { return nil }
        let own = groups()
        guard take(groupsOf: owner), setegid(owner.group) == 0, seteuid(owner.user) == 0 else {
            let code = errno
            restore(own)
            throw .failing("acting as user \(owner.user), the owner of", owner.path, errno: code)
        }
        return own
    }

    private static func restore(_ groups: [gid_t]) {
        seteuid(0)
        setegid(0)
        setgroups(groups.count, groups)
    }

    private static func groups() -> [gid_t] {
        var groups = [gid_t](repeating: 0, count: Int(max(0, getgroups(0, nil))))
        let count = getgroups(Int32(groups.count), &groups)
        return Array(groups.prefix(Int(max(0, count))))
    }

    private struct Owner {
        let path: String
        let user: uid_t
        let group: gid_t
    }

    private static func owner(of paths: [String]) -> Owner? {
        for path in paths {
            if let owner = owner(path) { return owner }
        }
        guard var path = paths.first else { return nil }
        while path != "/" && path != "." {
            let slash = path.lastIndex(of: "/")
            path = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
            if let owner = owner(path) { return owner }
        }
        return nil
    }

    private static func owner(_ path: String) -> Owner? {
        var status = stat()
        return stat(path, &status) == 0 ? Owner(path: path, user: status.st_uid, group: status.st_gid) : nil
    }

    /// With those through which the service reaches its devices (dialout, spi, gpio).
    private static func take(groupsOf owner: Owner) -> Bool {
        if let entry = getpwuid(owner.user), let name = entry.pointee.pw_name {
            return initgroups(name, owner.group) == 0
        }
        return setgroups(1, [owner.group]) == 0
    }
}
