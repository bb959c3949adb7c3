import Foundation
import Testing

/// What a person meets on the command line, whatever the command.
@Suite struct UsageTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    var telegram: String {
        get throws { try folder.write(CommandTests().frame(), to: "frame.bin") }
    }

    @Test func `a pipe that ended is the end of read, by name, by minus, and before any telegram`() throws {
        let file = try telegram
        for (lines, status) in [
            ("cat \(file) | p1lora read -i /dev/stdin --key \(CommandTests.key) --format json", 0),
            ("cat \(file) | p1lora read -i - --key \(CommandTests.key) --format json", 0),
            ("p1lora read -i - --key \(CommandTests.key) --format json < \(file)", 0),
            ("true | p1lora read -i -", 1), ("head -c 100 /dev/zero | p1lora read -i -", 1),
        ] as [(String, Int32)] {
            let outcome = try CommandRunner.shell(lines)
            #expect(outcome.status == status, "\(lines): \(outcome.errors)")
            #expect(outcome.output.split(separator: "\n").count == (status == 0 ? 1 : 0), "\(lines)")
            #expect(!outcome.errors.contains("unplugged"), "\(lines): \(outcome.errors)")
        }
    }

    @Test func `read waits for who writes into a pipe with a name`() throws {
        let pipe = folder.url.appending(path: "pipe").path
        let outcome = try CommandRunner.shell(
            "mkfifo \(pipe); (sleep 2; cat \(telegram) > \(pipe)) & p1lora read -i \(pipe) --key \(CommandTests.key)")
        #expect(outcome.status == 0 && outcome.output.contains("25.653"), "\(outcome.errors)")
    }

    @Test func `standard output that is closed is told as the system says it`() throws {
        let outcome = try CommandRunner.shell("p1lora codec -c \(CommandTests.example) >&-")
        #expect(outcome.status == 1)
        // Which reason depends on what else has that number by then.
        #expect(outcome.errors.hasPrefix("p1lora: standard output can't be written: "), "\(outcome.errors)")
        #expect(!outcome.errors.contains("Cocoa"), "\(outcome.errors)")
    }

    @Test func `files that can't be written are told with their option, and a device stays one`() throws {
        let full = folder.url.appending(path: "full").path
        try FileManager.default.createSymbolicLink(atPath: full, withDestinationPath: "/dev/full")
        let example = CommandTests.example
        for (arguments, option) in [
            (["codec", "-c", example, "--output"], "--output"),
            (["payload", "layout", "-c", example, "--svg"], "--svg"),
            (["airtime", "--plot"], "--plot"),
        ] {
            for (path, reason) in [
                (full, "No space left on device"), ("/proc/nowhere/a", "No such file or directory"),
            ] {
                let outcome = try CommandRunner.run(arguments + [path])
                #expect(outcome.status == 1)
                #expect(outcome.errors == "p1lora: \(option): \(path) can't be written: \(reason)\n")
            }
        }
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: full) == "/dev/full")
        let package = try CommandRunner.run("codec", "-c", example, "--package", "/proc/nowhere")
        #expect(package.status == 1 && !package.errors.contains("Cocoa"))
        #expect(package.errors.hasPrefix("p1lora: --package: /proc/nowhere: making this folder failed: No such file"))
    }

    @Test(arguments: [
        ["run"], ["status"], ["doctor", "check"], ["codec"], ["simulate"], ["plan"], ["forget"], ["airtime"],
        ["keys", "show"],
        ["payload", "layout"], ["payload", "encode"], ["payload", "decode"], ["radio", "registers"],
    ])
    func `the configuration has one short name in all commands`(command: [String]) throws {
        let help = try CommandRunner.run(command + ["--help"]).output
        #expect(help.contains("-c, --config <"), "\(help)")
    }

    @Test(arguments: [
        ["airtime", "--region", "XX"], ["airtime", "--purse", "much"], ["keys", "new", "--region", "XX"],
        ["keys", "new", "--dev-eui", "70B3D57ED000000"], ["keys", "new", "--join-eui", "x"],
        ["payload", "decode", "--config", "x", "--port", "1", "xyz"],
        ["read", "--input", "x", "--key", "00"], ["read", "--input", "x", "--auth-key", "00"],
        ["read", "--input", "x", "--system-title", "00"],
    ])
    func `a wrong argument is told with the usage of its own command`(arguments: [String]) throws {
        let outcome = try CommandRunner.run(arguments)
        let command = arguments.prefix { !$0.hasPrefix("-") }.joined(separator: " ")
        #expect(outcome.status == 64 && outcome.errors.contains("Usage: p1lora \(command) "), "\(outcome.errors)")
    }

    @Test func `a temporary folder that is missing is told as that`() throws {
        let outcome = try CommandRunner.shell("p1lora demo --hours 1", environment: ["TMPDIR": "/proc/nowhere"])
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("TMPDIR must name a folder"), "\(outcome.output)")
    }
}
