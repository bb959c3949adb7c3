import Foundation
import TestTags
import Testing

/// What a person meets on the command line, whatever the command.
@Suite(.tags(.process), .waits, .slow) struct UsageTests {
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
        ["run"], ["status"], ["doctor"], ["codec"], ["simulate"], ["plan"], ["forget"], ["airtime"],
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
        ["payload", "decode", "--config", "x", "--port", "1", "x!z"],
        ["read", "--input", "x", "--key", "00"], ["read", "--input", "x", "--auth-key", "00"],
        ["read", "--input", "x", "--system-title", "00"],
    ])
    func `a wrong argument is told with the usage of its own command`(arguments: [String]) throws {
        let outcome = try CommandRunner.run(arguments)
        let command = arguments.prefix { !$0.hasPrefix("-") }.joined(separator: " ")
        #expect(outcome.status == 64 && outcome.errors.contains("Usage: p1lora \(command) "), "\(outcome.errors)")
    }

    @Test(arguments: [
        (["statsu", "--config", "x"], "\"statsu\" is no command of p1lora, did you mean \"status\"?"),
        (["kyes", "new"], "did you mean \"keys\"?"), (["keys", "shwo", "-c", "x"], "did you mean \"show\"?"),
        (["payload", "lay-out", "--config", "x"], "did you mean \"layout\"?"),
        (["radio", "registres"], "\"registers\""),
        (["doctor", "rx_timing"], "did you mean \"rx-timing\"?"), (["frobnicate"], "Known are demo, setup"),
    ])
    func `a mistyped command is told as that, with what was meant`(arguments: [String], words: String) throws {
        let outcome = try CommandRunner.run(arguments)
        #expect(outcome.status == 64 && outcome.errors.contains(words), "\(outcome.errors)")
    }

    @Test(arguments: [["doctor", "--help"], ["doctor", "-h"], ["help", "doctor"], ["doctor", "check", "--help"]])
    func `the help of doctor shows its options`(arguments: [String]) throws {
        let outcome = try CommandRunner.run(arguments)
        #expect(outcome.status == 0, "\(outcome.errors)")
        for word in ["--config", "--transmit", "--join", "--format", "p1lora doctor [--config", "rx-timing"] {
            #expect(outcome.output.contains(word), "\(outcome.output)")
        }
    }

    @Test func `keys need not stand on the command line`() throws {
        let key = try folder.write("\(CommandTests.key)\n".utf8, to: "meter.key")
        let auth = try folder.write("00112233445566778899AABBCCDDEEFF".utf8, to: "auth.key")
        let outcome = try CommandRunner.run("read", "-i", telegram, "--key-file", key, "--auth-key-file", auth)
        #expect(outcome.status == 0 && outcome.output.contains("25.653"), "\(outcome.errors)")
        let other = try folder.write("FF112233445566778899AABBCCDDEEFF".utf8, to: "other.key")
        #expect(try CommandRunner.run("read", "-i", telegram, "--key-file", key, "--auth-key-file", other).status == 1)
        let pipe = folder.url.appending(path: "pipe").path
        for arguments in [["--key-file", pipe], ["--key-file", key, "--auth-key-file", pipe]] {
            let refused = try CommandRunner.shell(
                "test -p \(pipe) || mkfifo -m 600 \(pipe); p1lora read -i \(telegram) \(arguments.joined(separator: " "))"
            )
            #expect(refused.status == 1 && refused.errors.contains("\(pipe) is no regular file"), "\(refused.errors)")
        }
        for both in [["--key", CommandTests.key, "--ask-key"], ["--auth-key", "00", "--auth-key-file", key]] {
            #expect(try CommandRunner.run(["read", "-i", telegram] + both).status == 64)
        }
        // setsid leaves it without a terminal.
        let alone = try CommandRunner.shell("setsid -w \(CommandRunner.executable.path) read -i \(telegram) --ask-key")
        #expect(alone.status == 1 && alone.errors.contains("use --key-file"), "\(alone.errors)")
    }

    @Test func `a key typed at the terminal is taken and not shown`() throws {
        // script(1) makes the terminal; what is typed is sent after the question was asked.
        let command = "\(CommandRunner.executable.path) read -i \(try telegram) --ask-key"
        let outcome = try CommandRunner.shell(
            "(sleep 2; printf '\(CommandTests.key)\\n'; sleep 6) | script -qec '\(command)' /dev/null")
        #expect(outcome.output.contains("25.653") && outcome.output.contains("not shown"), "\(outcome.output)")
        #expect(!outcome.output.contains(CommandTests.key.prefix(8)), "\(outcome.output)")
    }

    @Test func `every mistake of a configuration has its line on standard error`() throws {
        let config = try folder.write("[[[\nx = True\n[radio]\ntype = 5\n".utf8, to: "spoilt.toml")
        // Decoders need no radio.
        for (command, mistakes) in [(["payload", "layout"], 2), (["run"], 3), (["status"], 3), (["codec"], 2)] {
            let outcome = try CommandRunner.run(command + ["--config", config])
            let lines = outcome.errors.split(separator: "\n")
            #expect(outcome.status == 1 && lines.count >= mistakes, "\(outcome.errors)")
            #expect(lines.allSatisfy { $0.hasPrefix("p1lora: \(config): line ") }, "\(outcome.errors)")
        }
    }

    @Test func `a temporary folder that is missing is told as that`() throws {
        let outcome = try CommandRunner.shell("p1lora demo --hours 1", environment: ["TMPDIR": "/proc/nowhere"])
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("TMPDIR must name a folder"), "\(outcome.output)")
    }
}
