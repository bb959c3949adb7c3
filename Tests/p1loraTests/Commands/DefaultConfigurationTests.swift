import Foundation
import HardwareSimulators
import TestTags
import Testing

/// Which file a command reads when it is told none.
@Suite(.tags(.process), .waits, .slow) struct DefaultConfigurationTests {
    let folder: TemporaryFolder
    let config: String

    init() throws {
        folder = try TemporaryFolder()
        config = try folder.configuration(radio: "type = 'simulated'")
    }

    @Test(arguments: ["payload layout", "codec", "keys show"])
    func `the environment names the configuration`(command: String) throws {
        let named = try CommandRunner.shell("p1lora \(command)", environment: ["P1LORA_CONFIG": config])
        let given = try CommandRunner.shell("p1lora \(command) --config '\(config)'")
        #expect(named.status == 0 && !named.output.isEmpty, "\(named.errors)")
        #expect(named.output == given.output)
    }

    @Test func `without the environment it is that of the package's service`() throws {
        for environment in [[:], ["P1LORA_CONFIG": ""]] {
            let help = try CommandRunner.shell("p1lora codec --help", environment: environment)
            #expect(help.output.contains("(default: /etc/p1lora.toml)"), "\(help.output)")
        }
    }

    @Test func `the file that is given wins over the environment`() throws {
        let other = try CommandRunner.shell(
            "p1lora codec --config '\(config)'", environment: ["P1LORA_CONFIG": "/no-such-file"])
        #expect(other.status == 0, "\(other.errors)")
        let missing = try CommandRunner.shell("p1lora codec", environment: ["P1LORA_CONFIG": "/no-such-file"])
        #expect(missing.status == 1 && missing.errors.contains("p1lora: /no-such-file:"), "\(missing.errors)")
    }

    @Test func `the shell completes file names behind --config`() throws {
        let script = try CommandRunner.run("--generate-completion-script", "fish")
        let lines = script.output.split(separator: "\n").filter { $0.contains("-l 'config'") }
        #expect(!lines.isEmpty)
        #expect(lines.allSatisfy { $0.contains("-rF") || $0.contains("complete_path") }, "\(lines)")
    }

    @Test(.enabled(if: geteuid() == 0, "only root can become a user who may not read it"))
    func `who can't read the keys may ask the installed service, and is told where it is looked for`() throws {
        for (path, mode) in [(config, 0o600), (folder.url.path, 0o755)] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        }
        let asked = try CommandRunner.shell(
            """
            setpriv --reuid=61835 --regid=61835 --clear-groups '\(CommandRunner.executable.path)' status \
            --config '\(config)'
            """)
        #expect(asked.status == 1 && asked.errors.contains("/run/p1lora/state.sock"), "\(asked.errors)")
        #expect(asked.errors.contains("can't read \(config)"), "\(asked.errors)")
    }
}
