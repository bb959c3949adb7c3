import BridgeConfiguration
import Foundation
import TestSupport
import Testing

/// How a configuration is put in the place of another.
@Suite struct ReplacedFileTests {
    @Test func `the new file is the owner's alone, and the old ones are kept`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("p1lora.toml")
        #expect(try PrivateFile.replace(path, "one") == nil)
        #expect(try PrivateFile.replace(path, "two") == path + ".old")
        #expect(try PrivateFile.replace(path, "three") == path + ".old2")
        let contents = try [path, path + ".old", path + ".old2"].map { try String(contentsOfFile: $0, encoding: .utf8) }
        #expect(contents == ["three", "one", "two"])
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("")).count == 3)
    }

    @Test func `on a full disk all is as it was`() throws {
        guard let disk = try SmallDisk() else { return }
        let path = disk.path + "/p1lora.toml"
        _ = try PrivateFile.replace(path, "one")
        disk.fill()
        let error = #expect(throws: PrivateFileError.self) {
            _ = try PrivateFile.replace(path, String(repeating: "two", count: 10_000))
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains("is as it was"))
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "one")
        let files = try FileManager.default.contentsOfDirectory(atPath: disk.path)
        #expect(Set(files) == ["p1lora.toml", "ballast"])
    }

    @Test func `what a power cut left behind is in nobody's way`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("p1lora.toml")
        try Data("half".utf8).write(to: URL(filePath: path + ".new"))
        #expect(try PrivateFile.replace(path, "whole") == nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("")) == ["p1lora.toml"])
    }
}
