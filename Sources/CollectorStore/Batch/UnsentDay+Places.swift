extension [UnsentDay] {
    /// What changed, and of what is old the rest.
    func joined(by older: [UnsentDay]) -> [UnsentDay] {
        let known = Set(map { DayPlace(register: $0.register.id, day: $0.day) })
        return self + older.filter { !known.contains(DayPlace(register: $0.register.id, day: $0.day)) }
    }
}
