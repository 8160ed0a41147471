// swift-tools-version: 6.1
import PackageDescription

// A peer of `make bench`, apart from annscope's own package: nothing that ships depends on SwiftNIO.
let package = Package(
    name: "NIOServer",
    dependencies: [.package(url: "https://github.com/apple/swift-nio", exact: "2.101.2")],
    targets: [
        .executableTarget(
            name: "NIOServer",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOWebSocket", package: "swift-nio"),
            ])
    ]
)
