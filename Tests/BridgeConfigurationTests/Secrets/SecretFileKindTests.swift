import Ciphers
import Foundation
import Glibc
import TestSupport
import Testing

@testable import BridgeConfiguration

/// A key file is a file: what never ends is not waited for.
@Suite struct SecretFileKindTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func `a pipe with a name, a folder, a device and a socket are refused at once`() throws {
        let pipe = folder.path("pipe")
        #expect(mkfifo(pipe, 0o600) == 0)
        for path in [pipe, folder.url.path, "/dev/zero", "/dev/null"] {
            let began = ContinuousClock.now
            let error = #expect(throws: PrivateFileError.self) { try SecretFile.key(inFile: path) }
            #expect(error?.description.contains(path) == true && error?.description.contains("no regular file") == true)
            #expect(ContinuousClock.now - began < .seconds(3))
        }
        let link = folder.path("link")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: pipe)
        #expect(throws: PrivateFileError.self) { try SecretFile.key(inFile: link) }
    }

    @Test func `a pipe of a shell is read to its end`() throws {
        var ends: [Int32] = [-1, -1]
        try #require(Glibc.pipe(&ends) == 0)
        let text = Array("0F1E2D3C4B5A69788796A5B4C3D2E1F0\n".utf8)
        try #require(write(ends[1], text, text.count) == text.count)
        close(ends[1])
        defer { close(ends[0]) }
        #expect(try SecretFile.key(inFile: "/dev/fd/\(ends[0])").bytes.first == 0x0F)
    }

    @Test func `a configuration in a pipe with a name is refused at once`() throws {
        let pipe = folder.path("pipe")
        #expect(mkfifo(pipe, 0o600) == 0)
        let error = #expect(throws: ConfigurationError.self) { try BridgeConfiguration(contentsOfFile: pipe) }
        #expect(error?.message.contains("no regular file") == true)
    }
}
