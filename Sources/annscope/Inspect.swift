import AnnscopeDaemon
import ArgumentParser
import IndexFiles

struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Say what an index file is, and what is odd about it.")

    @OptionGroup var input: FileOptions

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let inspection: Inspection
        do {
            inspection = try Inspection.open(path: input.file, hints: input.hints)
        } catch let error as IndexFileError {
            throw CleanExit.failure(error.description)
        } catch let error as SidecarError {
            throw CleanExit.failure(error.description)
        }
        if json {
            print(inspection.json)
        } else {
            for line in inspection.lines { print(line) }
        }
    }
}
