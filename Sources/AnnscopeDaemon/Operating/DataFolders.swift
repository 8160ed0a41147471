internal import Foundation

/// Finds what is installed beside the program, below `PREFIX/share/annscope`, or in the sources it was built from; and
/// the folder that is the daemon's own.
public enum DataFolders {
    /// The page.
    ///
    /// - Parameter told: what the operator said; then nothing else is tried.
    static func web(_ told: String?) -> String? { told ?? find(installed: "web", inSources: "web") }

    /// The demo's indexes and pictures.
    public static var demo: String? { find(installed: "demo", inSources: "Sources/AnnscopeDaemon/Demo") }

    /// The folder that the daemon keeps maps in: the one that systemd made for the service (`StateDirectory=`), or the
    /// user's own (XDG Base Directory Specification 0.8). nil where there is no home.
    public static func state(_ environment: [String: String]) -> String? {
        func folder(_ name: String) -> String? {
            // A relative path is no place of anybody's.
            environment[name].flatMap { $0.hasPrefix("/") ? $0 : nil }
        }
        // A unit may name several, divided by colons.
        if let own = folder("STATE_DIRECTORY")?.split(separator: ":").first { return String(own) }
        return folder("XDG_STATE_HOME").map { $0 + "/annscope" } ?? folder("HOME").map { $0 + "/.local/state/annscope" }
    }

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
