/// `[name]` and `[[name]]`.
extension TOMLReader {
    mutating func readHeader() throws(TOMLMistake) {
        let start = cursor.offset
        let isElement = cursor.take("[[")
        if !isElement { _ = cursor.take("[") }
        section = ""
        cursor.skipBlanks()
        guard cursor.byte.map({ $0.isBareKey || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") }) == true,
            let path = try? readPath()
        else { throw headerMistake(at: start) }
        cursor.skipBlanks()
        guard cursor.take(isElement ? "]]" : "]"), cursor.byte != UInt8(ascii: "]") else {
            throw headerMistake(at: start)
        }
        section = cursor.text(start..<cursor.offset)
        try open(path, isElement: isElement, at: start)
    }

    private func headerMistake(at start: Int) -> TOMLMistake {
        var copy = cursor
        copy.offset = start
        let line = copy.restOfLine
        return mistake(
            at: start, "\(line.shortened) is no header: a table is written [name], and each of several [[name]]")
    }

    /// Goes on below a header that can't be read as if it were the one that was meant.
    mutating func guessHeader(at start: Int) {
        guard section.isEmpty else { return loseKeys() }
        cursor.offset = start
        let brackets = cursor.take { " [\t{(.".utf8.contains($0) }.count { $0 == UInt8(ascii: "[") }
        let name = String(decoding: cursor.take(while: \.isBareKey), as: UTF8.self)
        guard !name.isEmpty else { return loseKeys() }
        section = brackets > 1 ? "[[\(name)]]" : "[\(name)]"
        let part = KeyPart(name: name, offset: start)
        do throws(TOMLMistake) {
            try open([part], isElement: brackets > 1 || isList(name), at: start)
        } catch {
            loseKeys()
        }
    }

    private func isList(_ name: String) -> Bool {
        if case .tables = root[name]?.content { true } else { false }
    }

    private mutating func open(_ path: [KeyPart], isElement: Bool, at start: Int) throws(TOMLMistake) {
        let position = cursor.position(of: start)
        guard let last = path.last else { return }
        let parent = try descend(path.dropLast(), from: root, making: .parent) { $0 != .inline }
        let table = TOMLTable(.header, at: position)
        if isElement, parent.append(table, to: last.name) {
            current = table
            return
        }
        switch (parent[last.name]?.content, isElement) {
        case (nil, true): parent.insert(.tables([table]), for: last.name, at: position)
        case (nil, false): parent.insert(.table(table), for: last.name, at: position)
        case (.table(let known), false) where known.origin == .parent:
            known.origin = .header
            current = known
            return
        case (let content?, _): try refuse(content, parent, last, isElement, table)
        }
        current = table
    }

    /// A name that is in use: told, and its keys are read as those of a table of their own.
    private mutating func refuse(
        _ content: TOMLValue.Content, _ parent: TOMLTable, _ last: KeyPart, _ isElement: Bool, _ table: TOMLTable
    ) throws(TOMLMistake) {
        let first = parent[last.name]?.position ?? table.position
        switch content {
        case .table(let known) where isElement && known.origin == .header:
            note(
                TOMLMistake(
                    position: first,
                    message:
                        "[\(last.name)] is in single brackets here, and in double ones in line \(table.position.line): "
                        + "write [[\(last.name)]] in both"))
        case .tables:
            note(
                mistake(
                    at: last.offset, "must be in double brackets: [[\(last.name)]], as in line \(first.line)"))
            _ = parent.append(table, to: last.name)
        case .unreadable: break
        default: note(mistake(at: last.offset, "is there already, in line \(first.line): join them"))
        }
    }

    /// The table at the end of a path, with those on the way made where they are missing.
    ///
    /// - Parameter mayAdd: whether a table of this origin can be added to here.
    func descend(
        _ path: some Collection<KeyPart>, from table: TOMLTable, making origin: TOMLTable.Origin,
        mayAdd: (TOMLTable.Origin) -> Bool
    ) throws(TOMLMistake) -> TOMLTable {
        var table = table
        for part in path {
            switch table[part.name]?.content {
            case nil:
                let position = cursor.position(of: part.offset)
                let made = TOMLTable(origin, at: position)
                table.insert(.table(made), for: part.name, at: position)
                table = made
            case .table(let known) where mayAdd(known.origin): table = known
            case .tables(let tables) where origin == .parent:
                guard let last = tables.last else { return table }
                table = last
            default:
                let line = table[part.name]?.position.line ?? 0
                throw mistake(
                    at: part.offset, "\"\(part.name)\" has its value in line \(line) already: nothing can be added")
            }
        }
        return table
    }
}
