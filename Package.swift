// swift-tools-version: 6.2

import PackageDescription

let package = Package(
    name: "p1lora",
    products: [
        .executable(name: "p1lora", targets: ["p1lora"]),
        .executable(name: "p1lora-collector", targets: ["p1lora-collector"]),
        .library(name: "MeterValues", targets: ["MeterValues"]),
        .library(name: "SmartMeter", targets: ["SmartMeter"]),
        .library(name: "UplinkPayload", targets: ["UplinkPayload"]),
        .library(name: "LoRaWAN", targets: ["LoRaWAN"]),
        .library(name: "BridgeConfiguration", targets: ["BridgeConfiguration"]),
        .library(name: "LoadProfile", targets: ["LoadProfile"]),
        .library(name: "ServerEvents", targets: ["ServerEvents"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
    ],
    targets: [
        // The C side: what Swift cannot import by itself.
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "CGPIO", linkerSettings: [.linkedLibrary("gpiod")]),
        .target(name: "CLinux"),
        .target(name: "CBuild"),
        .target(name: "CMosquitto"),
        .target(name: "CPostgreSQL"),
        .target(name: "CTLS"),
        .target(name: "CAllocations"),

        // The rooms, in the order of the data.
        .target(name: "Timekeeping"),
        .target(name: "ConfigurationText"),
        .target(name: "Ciphers", dependencies: ["COpenSSL"]),
        .target(name: "HardwareInterfaces", dependencies: ["Timekeeping"]),
        .target(name: "MeterValues", dependencies: ["Timekeeping"]),
        .target(name: "SmartMeter", dependencies: ["Ciphers", "MeterValues", "Timekeeping"]),
        .target(
            name: "WebPages", dependencies: ["Timekeeping"],
            resources: [
                .embedInCode("Resources/style.css"), .embedInCode("Resources/parts.js"),
                .embedInCode("Resources/chart.js"),
            ]),
        .target(
            name: "UplinkPayload", dependencies: ["MeterValues", "Timekeeping"],
            resources: [.embedInCode("Scripts")]),
        .target(name: "LoRaWAN", dependencies: ["Ciphers", "Timekeeping"]),
        .target(name: "PrivateLink", dependencies: ["Ciphers", "LoRaWAN", "Timekeeping"]),
        .target(name: "RadioDrivers", dependencies: ["Ciphers", "HardwareInterfaces", "LoRaWAN", "Timekeeping"]),
        .target(
            name: "LinuxHardware",
            dependencies: ["CGPIO", "CLinux", "CMosquitto", "COpenSSL", "CTLS", "HardwareInterfaces", "Timekeeping"]),
        .target(name: "BridgePlanning", dependencies: ["LoRaWAN", "MeterValues", "Timekeeping", "UplinkPayload"]),
        .target(
            name: "BridgeConfiguration",
            dependencies: [
                "BridgePlanning", "Ciphers", "ConfigurationText", "HardwareInterfaces", "LoRaWAN", "MeterValues",
                "RadioDrivers", "SmartMeter", "Timekeeping", "UplinkPayload", "WebPages",
            ]),
        .target(
            name: "BridgeStore",
            dependencies: [
                "HardwareInterfaces", "LinuxHardware", "LoRaWAN", "MeterValues", "RadioDrivers", "SmartMeter",
                "Timekeeping",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        .target(
            name: "UplinkBridge",
            dependencies: [
                "BridgeConfiguration", "BridgePlanning", "BridgeStore", "CBuild", "Ciphers", "HardwareInterfaces",
                "LinuxHardware",
                "LoRaWAN", "MeterValues", "RadioDrivers", "SmartMeter", "Timekeeping", "UplinkPayload", "WebPages",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            resources: [.embedInCode("Service/Web/Resources/page.html"), .embedInCode("Service/Web/Resources/page.js")]),

        .target(
            name: "BridgeSetup",
            dependencies: [
                "BridgeConfiguration", "BridgePlanning", "Ciphers", "ConfigurationText", "HardwareInterfaces",
                "LinuxHardware", "LoRaWAN", "MeterValues", "RadioDrivers", "SmartMeter", "Timekeeping", "UplinkBridge",
            ]),

        // The server's side.
        .target(name: "LoadProfile", dependencies: ["MeterValues", "Timekeeping", "UplinkPayload"]),
        .target(name: "ServerEvents", dependencies: ["Timekeeping"]),
        .target(
            name: "CollectorStore",
            dependencies: [
                "CPostgreSQL", "LinuxHardware", "LoadProfile", "MeterValues", "ServerEvents", "Timekeeping",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),

        .target(
            name: "Collector",
            dependencies: [
                "BridgeConfiguration", "BridgePlanning", "CollectorStore", "ConfigurationText", "HardwareInterfaces",
                "LinuxHardware", "LoadProfile", "MeterValues", "ServerEvents", "Timekeeping", "UplinkPayload",
                "WebPages",
            ],
            resources: [.embedInCode("Page/Resources/profile.js")]),
        .executableTarget(
            name: "p1lora-collector",
            dependencies: [
                "BridgeConfiguration", "Collector", "CollectorSimulation", "CollectorStore", "HardwareInterfaces",
                "LinuxHardware", "ServerEvents", "Timekeeping", "UplinkBridge",
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        // The world in virtual time.
        .target(name: "HardwareSimulators", dependencies: ["CLinux", "Ciphers", "HardwareInterfaces", "Timekeeping"]),
        .target(
            name: "BridgeSimulation",
            dependencies: [
                "BaseService", "LoadProfile",
                "BridgeConfiguration", "BridgePlanning", "BridgeStore", "Ciphers", "HardwareInterfaces",
                "HardwareSimulators", "LinuxHardware", "LoRaWAN", "MeterValues", "PrivateLink", "RadioDrivers",
                "SmartMeter",
                "Timekeeping",
                "UplinkBridge", "UplinkPayload",
                .product(name: "Logging", package: "swift-log"),
            ]),

        // The base: two boards and no network.
        .target(
            name: "BaseService",
            dependencies: [
                "BridgeConfiguration", "BridgeStore", "Ciphers", "ConfigurationText", "HardwareInterfaces",
                "LinuxHardware", "LoRaWAN", "PrivateLink", "RadioDrivers", "ServerEvents", "Timekeeping",
                "UplinkBridge",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        .executableTarget(
            name: "p1lora",
            dependencies: [
                "BaseService", "BridgeConfiguration", "BridgePlanning", "BridgeSetup", "BridgeSimulation",
                "BridgeStore", "Ciphers",
                "ConfigurationText", "HardwareInterfaces", "HardwareSimulators", "LinuxHardware", "LoRaWAN",
                "MeterValues", "RadioDrivers", "SmartMeter", "Timekeeping", "UplinkBridge", "UplinkPayload",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),
        .target(
            name: "CollectorSimulation",
            dependencies: [
                "BridgeConfiguration", "BridgePlanning", "BridgeSimulation", "Collector", "CollectorStore",
                "HardwareSimulators",
                "LoadProfile", "MeterValues", "ServerEvents", "Timekeeping", "UplinkPayload",
            ]),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "BridgeConfiguration", "BridgePlanning", "BridgeStore", "CAllocations", "Ciphers", "Collector",
                "CollectorStore",
                "HardwareInterfaces",
                "HardwareSimulators", "LinuxHardware", "LoRaWAN", "LoadProfile",
                "RadioDrivers", "MeterValues", "ServerEvents", "SmartMeter", "Timekeeping", "UplinkBridge",
                "UplinkPayload",
            ]),
        .executableTarget(
            name: "FuzzTelegrams",
            dependencies: ["Ciphers", "HardwareSimulators", "MeterValues", "SmartMeter", "Timekeeping"]),
        .executableTarget(name: "FuzzDownlinks", dependencies: ["Ciphers", "LoRaWAN", "Timekeeping"]),
        .executableTarget(
            name: "KernelBench",
            dependencies: ["Ciphers", "HardwareInterfaces", "HardwareSimulators", "LinuxHardware", "Timekeeping"],
            path: "Tests/Kernel/Bench"),

        // What the tests share: tags, and the time of random campaigns.
        .target(name: "TestTags", path: "Tests/TestTags"),
        // Folders that go with a test, full disks, held databases, and the shortest configuration.
        .target(
            name: "TestSupport", dependencies: [.product(name: "GRDB", package: "GRDB.swift")],
            path: "Tests/TestSupport"),
        .testTarget(name: "WebPagesTests", dependencies: ["Timekeeping", "WebPages"]),
        .testTarget(name: "CiphersTests", dependencies: ["Ciphers"]),
        .testTarget(name: "ConfigurationTextTests", dependencies: ["ConfigurationText"]),
        .testTarget(name: "TimekeepingTests", dependencies: ["Timekeeping"]),
        .testTarget(
            name: "LoadProfileTests", dependencies: ["LoadProfile", "MeterValues", "Timekeeping", "UplinkPayload"]),
        .testTarget(
            name: "CollectorStoreTests",
            dependencies: [
                "CollectorStore", "LoadProfile", "MeterValues", "ServerEvents", "TestTags", "Timekeeping",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        .testTarget(
            name: "CollectorTests",
            dependencies: [
                "BridgeConfiguration", "Collector", "CollectorStore", "HardwareInterfaces", "LinuxHardware",
                "LoadProfile",
                "MeterValues", "ServerEvents", "TestTags", "Timekeeping", "UplinkPayload",
            ]),
        .testTarget(name: "ServerEventsTests", dependencies: ["ServerEvents", "Timekeeping"]),
        .testTarget(
            name: "SmartMeterTests",
            dependencies: ["Ciphers", "HardwareSimulators", "MeterValues", "SmartMeter", "TestTags", "Timekeeping"]),
        .testTarget(
            name: "BaseServiceTests",
            dependencies: [
                "BaseService", "BridgeConfiguration", "BridgeStore", "Ciphers", "HardwareInterfaces",
                "HardwareSimulators", "LinuxHardware",
                "LoRaWAN", "PrivateLink", "RadioDrivers", "ServerEvents", "TestSupport", "TestTags", "Timekeeping",
                "UplinkBridge",
            ]),
        .testTarget(
            name: "PrivateLinkTests",
            dependencies: ["Ciphers", "HardwareSimulators", "LoRaWAN", "PrivateLink", "TestTags", "Timekeeping"]),
        .testTarget(name: "LoRaWANTests", dependencies: ["Ciphers", "LoRaWAN", "TestTags", "Timekeeping"]),
        .testTarget(
            name: "UplinkPayloadTests",
            dependencies: [
                "HardwareSimulators", "MeterValues", "SmartMeter", "TestTags", "Timekeeping", "UplinkPayload",
            ]),
        .testTarget(
            name: "BridgeConfigurationTests",
            dependencies: [
                "BridgeConfiguration", "BridgePlanning", "Ciphers", "HardwareInterfaces", "HardwareSimulators",
                "LoRaWAN", "MeterValues", "RadioDrivers", "SmartMeter", "TestSupport", "TestTags",
                "Timekeeping", "UplinkBridge", "UplinkPayload",
            ]),
        .testTarget(
            name: "BridgePlanningTests",
            dependencies: ["BridgePlanning", "LoRaWAN", "MeterValues", "Timekeeping", "UplinkPayload"]),
        .testTarget(
            name: "BridgeStoreTests",
            dependencies: [
                "BridgeStore", "HardwareSimulators", "LoRaWAN", "MeterValues", "TestSupport", "TestTags", "Timekeeping",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        .testTarget(
            name: "UplinkBridgeTests",
            dependencies: [
                "BridgeConfiguration", "BridgePlanning", "BridgeStore", "Ciphers", "ConfigurationText",
                "HardwareInterfaces", "HardwareSimulators", "LinuxHardware", "LoRaWAN",
                "MeterValues", "RadioDrivers", "SmartMeter", "TestSupport", "TestTags", "Timekeeping", "UplinkBridge",
                "UplinkPayload",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(
            name: "BridgeSetupTests",
            dependencies: [
                "BridgeConfiguration", "BridgePlanning", "BridgeStore", "BridgeSetup", "Ciphers", "HardwareInterfaces",
                "HardwareSimulators",
                "LinuxHardware",
                "LoRaWAN", "RadioDrivers", "Timekeeping", "UplinkBridge", "UplinkPayload",
            ]),
        .testTarget(
            name: "LinuxHardwareTests",
            dependencies: ["CGPIO", "HardwareInterfaces", "HardwareSimulators", "LinuxHardware", "Timekeeping"]),
        .testTarget(
            name: "p1loraTests",
            dependencies: [
                "BaseService", "BridgeConfiguration", "BridgePlanning", "BridgeSimulation", "BridgeStore", "CLinux",
                "Ciphers",
                "HardwareInterfaces", "HardwareSimulators", "LinuxHardware", "LoRaWAN", "MeterValues",
                "PrivateLink", "SmartMeter", "ServerEvents", "TestTags", "Timekeeping", "UplinkBridge", "UplinkPayload",
                "WebPages",
                "p1lora",
            ]),
        .testTarget(
            name: "RadioDriversTests",
            dependencies: [
                "Ciphers", "HardwareInterfaces", "HardwareSimulators", "LinuxHardware", "LoRaWAN", "RadioDrivers",
                "TestTags", "Timekeeping",
            ]),
        .testTarget(
            name: "HardwareSimulatorsTests",
            dependencies: ["Ciphers", "HardwareInterfaces", "HardwareSimulators", "TestTags", "Timekeeping"]),
    ]
)

// The commit is told by who makes a package: `--version` shows it. A build by hand has none, for the manifest is not read anew at
// each commit.
if let commit = Context.environment["P1LORA_COMMIT"], commit.allSatisfy({ $0.isHexDigit || $0 == "+" }) {
    for target in package.targets where target.name == "CBuild" {
        target.cSettings = [.define("P1LORA_COMMIT", to: "\"\(commit)\"")]
    }
}

/// Rooms that parse bytes from outside: the compiler proves that they touch no memory but their own.
let memorySafeTargets: Set<String> = [
    "Timekeeping", "ConfigurationText", "HardwareInterfaces", "MeterValues", "SmartMeter", "UplinkPayload", "LoRaWAN",
    "PrivateLink", "WebPages", "LoadProfile", "ServerEvents",
]

/// Rooms that simulations compute in: optimised in debug builds too, without which the tests take twice as long; all their
/// checks stay. Whoever steps through one with a debugger sets P1LORA_STEPPING. SwiftPM lets no dependency have such flags:
/// who depends on this package builds it as they like.
let computingTargets: Set<String> = [
    "Timekeeping", "Ciphers", "HardwareInterfaces", "MeterValues", "SmartMeter", "UplinkPayload", "LoRaWAN",
    "PrivateLink", "RadioDrivers", "BridgePlanning", "HardwareSimulators", "LoadProfile", "ConfigurationText",
]
let isOptimised =
    Context.environment["P1LORA_STEPPING"] == nil && !Context.packageDirectory.contains("/checkouts/")

for target in package.targets where target.type != .system {
    var settings: [SwiftSetting] = [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .enableUpcomingFeature("InferIsolatedConformances"),
        .treatAllWarnings(as: .error),
    ]
    if memorySafeTargets.contains(target.name) { settings.append(.strictMemorySafety()) }
    if computingTargets.contains(target.name), isOptimised {
        settings.append(.unsafeFlags(["-O", "-assert-config", "Debug"], .when(configuration: .debug)))
    }
    target.swiftSettings = settings
}
