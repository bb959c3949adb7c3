import Foundation
import HardwareInterfaces
import LinuxHardware
import Testing

@Suite struct OutputFileTests {
    let folder = FileManager.default.temporaryDirectory.appending(path: "p1lora-output-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    func kind(_ path: String) -> mode_t {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & S_IFMT : 0
    }

    func content(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    @Test func `a file is replaced as a whole, keeps its mode, and leaves no draft`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = path("codec.js")
        try OutputFile.write(Array("a long text".utf8), to: file)
        chmod(file, 0o640)
        let before = open(file, O_RDONLY)
        defer { close(before) }
        try OutputFile.write(Array("short".utf8), to: file)
        #expect(try content(file) == "short")
        #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o640)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["codec.js"])
        var old = [UInt8](repeating: 0, count: 32)
        #expect(read(before, &old, 32) == 11, "who reads the old file has it whole")
    }

    @Test func `a link is written through, and a link to a device leaves the device`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let (file, link) = (path("target"), path("link"))
        try OutputFile.write(Array("before".utf8), to: file)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
        try OutputFile.write(Array("now".utf8), to: link)
        #expect(try content(file) == "now" && kind(link) == S_IFLNK)
        let full = path("full")
        try FileManager.default.createSymbolicLink(atPath: full, withDestinationPath: "/dev/full")
        let error = #expect(throws: HardwareError.self) { try OutputFile.write([1], to: full) }
        #expect(error?.message == "can't be written: No space left on device" && error?.device == full)
        #expect(kind(full) == S_IFLNK && kind("/dev/full") == S_IFCHR)
    }

    @Test func `a device node stays one`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        // Only root may make one; the null device is 1, 3.
        let node = path("null")
        guard mknod(node, S_IFCHR | 0o666, 1 << 8 | 3) == 0 else { return }
        do {
            try OutputFile.write([1, 2, 3], to: node)
        } catch {
            // Mounted without devices: then it must at least be there still.
            #expect(error.reason == .failed(errno: EACCES))
        }
        #expect(kind(node) == S_IFCHR)
    }

    @Test func `what can't be written is told with the name that was given`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, reason) in [("no/such.svg", "No such file or directory"), ("", "Is a directory")] {
            let error = #expect(throws: HardwareError.self) { try OutputFile.write([1], to: path(name)) }
            #expect(error?.device == path(name) && error?.message == "can't be written: \(reason)", "\(name)")
        }
    }

    @Test func `folders are made with those above them, and what is no folder is told`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try Folder.make(path("a/b//c/"))
        try Folder.make(path("a/b"))
        try Folder.make("/")
        #expect(kind(path("a/b/c")) == S_IFDIR)
        try OutputFile.write([1], to: path("a/file"))
        let error = #expect(throws: HardwareError.self) { try Folder.make(path("a/file")) }
        #expect(error?.message == "making this folder failed: Not a directory")
        let below = #expect(throws: HardwareError.self) { try Folder.make(path("a/file/d")) }
        #expect(below?.device == path("a/file/d"))
    }
}
