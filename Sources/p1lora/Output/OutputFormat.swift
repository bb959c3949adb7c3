import ArgumentParser

/// `--format`, for the commands that write for people or for programs.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable { case text, json }
