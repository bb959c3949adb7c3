extension PayloadSchema {
    /// The codec for services that take no standard decoder (TS013): each file is complete, to be pasted there.
    func wrapperFiles(_ codec: String) -> [(path: String, text: String)] {
        let prefixes = pointPrefixes.map { "\"\($0)\"" }.joined(separator: ", ")
        let points = "var P1_POINTS = [\(prefixes)];\n\(Scripts.text(PackageResources.points_js))"
        return [
            ("datacake", PackageResources.datacake_js), ("thingsboard", PackageResources.thingsboard_js),
            ("tagoio", PackageResources.tagoio_js), ("home-assistant", PackageResources.home_assistant_js),
        ].map { name, script in ("wrappers/\(name).js", "\(codec)\n\(points)\n\(Scripts.text(script))") }
    }

    /// In front of the keys of each meter; nothing where there is one.
    private var pointPrefixes: [String] { meters.count == 1 ? [""] : prefixes.map { $0 + "_" } }
}
