#!/usr/bin/env python3
"""manual.py VERSION DATE < DUMP: the man page, from what a program tells of itself by `--experimental-dump-help`."""
import json
import sys


def escaped(text):
    lines = (text or "").replace("\\", "\\e").replace("-", "\\-").split("\n")
    return "\n".join("\\&" + line if line[:1] in (".", "'") else line for line in lines)


def spelled(name):
    return ("--" if name["kind"] == "long" else "-") + name["name"]


def heading(argument):
    value = argument.get("valueName", "")
    names = [spelled(name) for name in argument.get("names", [])]
    if not names:
        return f"\\fI{escaped(value)}\\fR"
    words = ", ".join(f"\\fB{escaped(name)}\\fR" for name in sorted(names, key=len))
    return words + (f" \\fI{escaped(value)}\\fR" if argument["kind"] == "option" else "")


def arguments(command):
    for argument in command.get("arguments", []):
        # These two each command has.
        if not argument.get("shouldDisplay", True) or argument.get("valueName") in ("help", "version"):
            continue
        default = f" (default: {argument['defaultValue']})" if argument.get("defaultValue") else ""
        yield f".TP\n{heading(argument)}\n{escaped((argument.get('abstract') or '') + default) or chr(92) + '&'}"


def body(command):
    yield escaped(command.get("abstract"))
    if command.get("discussion"):
        yield ".PP\n" + escaped(command["discussion"]).replace("\n\n", "\n.PP\n")
    yield from arguments(command)


def sections(command, path):
    for child in command.get("subcommands", []):
        if child["commandName"] != "help":
            words = path + [child["commandName"]]
            yield f".SS {escaped(' '.join(words))}"
            yield from body(child)
            yield from sections(child, words)


FILES = {
    "p1lora": {
        "/etc/p1lora.toml": "The configuration of the service.",
        "/var/lib/p1lora/": "What must survive: state.db, and state.db\\-safety beside it.",
        "/run/p1lora/state.sock": "Where \\fBp1lora status\\fR asks.",
    },
    "p1lora-collector": {
        "/etc/p1lora-collector.toml": "The configuration of the service.",
        "/var/lib/p1lora-collector/": "The store, and what came and waits for it.",
    },
}


def main(version, date):
    command = json.load(sys.stdin)["command"]
    name = command["commandName"]
    print(f'.TH {name.upper()} 1 "{date}" "{name} {version}" "User Commands"')
    print(f".SH NAME\n{name} \\- {escaped((command.get('abstract') or '').rstrip('.'))}")
    print(f".SH SYNOPSIS\n.B {name}\n\\fIcommand\\fR [\\fIoptions\\fR]\n.SH DESCRIPTION")
    print("\n".join(body(command)))
    print(".PP\n\fB\-\-help\fR explains each command, \fB\-\-version\fR tells this one's version.")
    print(".SH COMMANDS\n" + "\n".join(sections(command, [name])))
    variable = name.upper().replace("-", "_") + "_CONFIG"
    print(f".SH ENVIRONMENT\n.TP\n.B {variable}\nThe configuration of commands without \\fB\\-\\-config\\fR.")
    files = FILES[name]
    print(".SH FILES")
    for file, words in files.items():
        print(f".TP\n.I {escaped(file)}\n{words}")


main(*sys.argv[1:])
