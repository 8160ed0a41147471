import AnnscopeDaemon
import ArgumentParser
import IndexFiles

struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Say what an index file is, and what is odd about it.")

    @OptionGroup var input: FileOptions

    @Flag(help: "Print JSON.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "Also print the first N vectors as the file gives them, at most \(Inspection.maxSampleSize).",
            valueName: "N"))
    var vectors = 0

    func validate() throws {
        guard 0...Inspection.maxSampleSize ~= vectors else {
            throw ValidationError("--vectors \(vectors): 0 to \(Inspection.maxSampleSize) are printed")
        }
    }

    func run() throws {
        let inspection: Inspection
        do {
            inspection = try Inspection.open(path: input.file, hints: input.hints, sampleSize: vectors)
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
