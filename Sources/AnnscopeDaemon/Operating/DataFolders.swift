internal import Foundation

/// Finds what is installed beside the program: below `PREFIX/share/annscope`, or in the sources it was built from.
public enum DataFolders {
    /// The page.
    ///
    /// - Parameter told: what the operator said; then nothing else is tried.
    static func web(_ told: String?) -> String? { told ?? find(installed: "web", inSources: "web") }

    /// The demo's indexes and pictures.
    public static var demo: String? { find(installed: "demo", inSources: "Sources/AnnscopeDaemon/Demo") }

    private static func find(installed: String, inSources: String) -> String? {
        let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        var folder = program.deletingLastPathComponent()
        let shared = folder.deletingLastPathComponent().appending(path: "share/annscope/\(installed)")
        if isFolder(shared) { return shared.path }
        // .build/TRIPLE/CONFIGURATION/annscope: the sources are some folders up.
        while folder.path != "/" {
            let place = folder.appending(path: inSources)
            if isFolder(place), isFile(folder.appending(path: "Package.swift")) { return place.path }
            folder = folder.deletingLastPathComponent()
        }
        return nil
    }

    private static func isFolder(_ url: URL) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory) && isDirectory.boolValue
    }

    private static func isFile(_ url: URL) -> Bool { FileManager.default.fileExists(atPath: url.path) }
}
