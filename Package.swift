// swift-tools-version: 6.1
import PackageDescription

// The targets stand in the order of the data flow; each may import only what it names here (checked by `make lint`).

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .unsafeFlags(["-warnings-as-errors"]),
]

let package = Package(
    name: "annscope",
    products: [.executable(name: "annscope", targets: ["annscope"])],
    dependencies: [
        // Command lines: the field's standard parser, with help, completion and error texts.
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        // One logging interface, so that an operator can change the backend.
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        // Deque for rings and queues, OrderedDictionary for JSON objects that keep their order.
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    ],
    targets: [
        // Distance kernels in C, chosen once at start for the processor at hand.
        .target(name: "CVectorKernels", cSettings: [.unsafeFlags(["-O3", "-Wall", "-Wextra", "-Werror"])]),
        // Puts a file's bytes into private memory that no writer can touch, and opens paths beneath a root.
        .target(name: "CMappedFile", cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])]),
        // Turns the bytes of an index file into a checked, immutable IndexFile, or says at which byte it is wrong.
        .target(name: "IndexFiles", dependencies: ["CMappedFile"], swiftSettings: strict),
        // Answers queries exactly as the index's library would and can record every step.
        .target(name: "VectorSearch", dependencies: ["IndexFiles", "CVectorKernels"], swiftSettings: strict),
        // Places an index's vectors, graph and cells on a plane, reproducibly for a seed.
        .target(
            name: "MapLayout", dependencies: ["IndexFiles", "VectorSearch", "CVectorKernels"], swiftSettings: strict),
        // Follows folders and files and says when a new revision is there to be read.
        .target(name: "IndexWatching", dependencies: ["IndexFiles"], swiftSettings: strict),
        // Module maps and the few lines of shim that Swift cannot import.
        .systemLibrary(name: "CJansson", pkgConfig: "jansson", providers: [.apt(["libjansson-dev"])]),
        .systemLibrary(name: "CWebSockets", pkgConfig: "libwebsockets", providers: [.apt(["libwebsockets-dev"])]),
        // Every message, capability, error and close code, as Swift values and as JSON.
        .target(
            name: "WireProtocol",
            dependencies: ["CJansson", .product(name: "OrderedCollections", package: "swift-collections")],
            exclude: ["PROTOCOL.md"], swiftSettings: strict),
        // Decides which connection gets which message: a pure state machine.
        .target(
            name: "ViewerHub",
            dependencies: [
                "WireProtocol", .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "OrderedCollections", package: "swift-collections"),
            ], swiftSettings: strict),
        // Runs libwebsockets on its own thread: connections, bytes in, bytes out, HTTP.
        .target(name: "SocketService", dependencies: ["CWebSockets"], swiftSettings: strict),
        // Reads TOML, and knows at which line and column everything stands.
        .target(name: "TOMLText", swiftSettings: strict),
        // Assembles the pipeline from a configuration.
        .target(
            name: "AnnscopeDaemon",
            dependencies: [
                "CMappedFile", "IndexFiles", "VectorSearch", "MapLayout", "IndexWatching", "WireProtocol", "ViewerHub",
                "SocketService", "TOMLText",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "OrderedCollections", package: "swift-collections"),
            ], exclude: ["Demo"], swiftSettings: strict),
        // The one executable: parse, call, print.
        .executableTarget(
            name: "annscope",
            dependencies: [
                "AnnscopeDaemon", "IndexFiles", "SocketService", "VectorSearch", "WireProtocol",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: strict),

        .testTarget(name: "IndexFilesTests", dependencies: ["IndexFiles", "CMappedFile"], swiftSettings: strict),
        .testTarget(
            name: "VectorSearchTests", dependencies: ["VectorSearch", "IndexFiles", "CVectorKernels"],
            swiftSettings: strict),
        .testTarget(
            name: "MapLayoutTests", dependencies: ["MapLayout", "IndexFiles", "VectorSearch"], swiftSettings: strict),
        .testTarget(name: "IndexWatchingTests", dependencies: ["IndexWatching", "IndexFiles"], swiftSettings: strict),
        .testTarget(
            name: "WireProtocolTests",
            dependencies: ["WireProtocol", .product(name: "OrderedCollections", package: "swift-collections")],
            swiftSettings: strict),
        .testTarget(
            name: "ViewerHubTests",
            dependencies: [
                "ViewerHub", "WireProtocol", .product(name: "OrderedCollections", package: "swift-collections"),
            ], swiftSettings: strict),
        .testTarget(name: "TOMLTextTests", dependencies: ["TOMLText"], swiftSettings: strict),
        .testTarget(name: "SocketServiceTests", dependencies: ["SocketService"], swiftSettings: strict),
        .testTarget(
            name: "AnnscopeDaemonTests",
            dependencies: [
                "AnnscopeDaemon", "IndexFiles", "VectorSearch", "MapLayout", "SocketService", "TOMLText",
                "ViewerHub", "WireProtocol",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "OrderedCollections", package: "swift-collections"),
            ], swiftSettings: strict),
    ]
)

// Tests of a few targets build in seconds: ANNSCOPE_TESTS="ViewerHubTests WireProtocolTests" leaves out all others.
if let wanted = Context.environment["ANNSCOPE_TESTS"]?.split(separator: " ").map(String.init) {
    package.targets.removeAll { $0.type == .test && !wanted.contains($0.name) }
}

// `make fuzz` has libFuzzer make up what comes from outside.
if Context.environment["ANNSCOPE_SANITIZED"] != nil {
    let collections: Target.Dependency = .product(name: "OrderedCollections", package: "swift-collections")
    for (product, target, dependencies) in [
        // Reads an input as an index file, and searches it where it is one.
        ("fuzz-readers", "FuzzReaders", ["IndexFiles", "VectorSearch"]),
        // Reads it as a message, as headers, or as what stands beside an index.
        (
            "fuzz-messages", "FuzzMessages",
            ["AnnscopeDaemon", "SocketService", "ViewerHub", "WireProtocol", collections]
        ),
    ] {
        package.products.append(.executable(name: product, targets: [target]))
        package.targets.append(
            .executableTarget(
                name: target, dependencies: dependencies, path: "Tests/Fuzz/\(target)",
                swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]))
    }
}

// `make bench` times the readers, the search, the exact neighbours, the map and the fan-out by themselves.
if Context.environment["ANNSCOPE_BENCH"] != nil {
    let pipeline: [Target.Dependency] = ["IndexFiles", "VectorSearch"]
    for (product, target, dependencies) in [
        ("bench-readers", "BenchReaders", pipeline), ("bench-search", "BenchSearch", pipeline),
        ("bench-truth", "BenchTruth", pipeline), ("bench-map", "BenchMap", pipeline + ["MapLayout"]),
        (
            "bench-fanout", "BenchFanout",
            [
                "WireProtocol", "ViewerHub", "SocketService",
                .product(name: "OrderedCollections", package: "swift-collections"),
            ]
        ),
    ] {
        package.products.append(.executable(name: product, targets: [target]))
        package.targets.append(
            .executableTarget(
                name: target, dependencies: dependencies, path: "Tests/Bench/\(target)", swiftSettings: strict))
    }
}

// `make conformance` has Autobahn|Testsuite talk to a server that sends back what it gets.
if Context.environment["ANNSCOPE_CONFORMANCE"] != nil {
    package.products.append(.executable(name: "echo-server", targets: ["EchoServer"]))
    package.targets.append(
        .executableTarget(
            name: "EchoServer", dependencies: ["SocketService"], path: "Tests/Conformance/EchoServer",
            swiftSettings: strict))
}
