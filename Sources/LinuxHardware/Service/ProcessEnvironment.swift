import Glibc

/// What this process was told by whoever started it.
package enum ProcessEnvironment {
    package static func value(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
