import ArgumentParser
import ConfigurationText

/// The word that names a command: a mistyped one is told as that, before its options are called unknown.
enum CommandWord {
    /// - Returns: nil when each word that must name a command does.
    static func mistake(in arguments: some Sequence<String>, of root: any ParsableCommand.Type) -> String? {
        var command = root
        var path = [root.configuration.commandName ?? ""]
        for word in arguments {
            let commands = command.configuration.subcommands
            guard !commands.isEmpty, !word.hasPrefix("-"), word != "help" else { return nil }
            guard let next = commands.first(where: { $0._commandName == word }) else {
                // Options of the command itself may stand before.
                return unknown(word, path: path.joined(separator: " "), commands.map { $0._commandName })
            }
            command = next
            path.append(word)
        }
        return nil
    }

    /// The help of a command that has another one as its default is that one's: `doctor --help` shows the options.
    static func withDefaultHelp(_ arguments: [String], of root: any ParsableCommand.Type) -> [String] {
        var words = arguments
        if words.first == "help", words.count > 1 { words = words.dropFirst() + ["--help"] }
        guard words.count == 2, ["--help", "-h"].contains(words[1]),
            let command = root.configuration.subcommands.first(where: { $0._commandName == words[0] }),
            let other = command.configuration.defaultSubcommand
        else { return arguments }
        return [words[0], other._commandName, "--help"]
    }

    private static func unknown(_ word: String, path: String, _ known: [String]) -> String {
        let hint = EditDistance.nearest(to: word, among: known).map { ", did you mean \"\($0)\"?" } ?? ":"
        return "\"\(word)\" is no command of \(path)\(hint) Known are \(known.joined(separator: ", "))."
    }
}
