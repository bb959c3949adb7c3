import Glibc

/// The address of a socket of this machine: a path, or with `@` in front a name that no file system knows (unix(7)).
struct UnixAddress: Sendable {
    private let address: sockaddr_un
    private let length: socklen_t

    /// Bytes of a path: one less than the kernel's field has, for the NUL behind it.
    static let longest = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

    /// nil when the text is empty, too long, or has a NUL in it.
    init?(_ text: String) {
        var name = Array(text.utf8)
        guard !name.isEmpty, name.count <= Self.longest, !name.contains(0) else { return nil }
        let isAbstract = name[0] == UInt8(ascii: "@")
        if isAbstract { name[0] = 0 }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        self.address = address
        let offset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
        // The length tells where an abstract name ends; a path has its NUL.
        length = socklen_t(offset + name.count + (isAbstract ? 0 : 1))
    }

    func with<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }
}
