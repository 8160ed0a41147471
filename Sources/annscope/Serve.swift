import ArgumentParser
import Foundation

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Watch index files and stream every search on them to browsers.")

    @Argument(help: "Index files, and folders of them.")
    var paths: [String]

    @OptionGroup var service: ServiceOptions

    func run() async throws {
        try await service.serve(paths.map { URL(filePath: $0).standardizedFileURL.path })
    }
}
