import AnnscopeDaemon
import ArgumentParser
import Foundation
import SocketService

/// Which daemon to talk to, and as whom.
struct ServerOptions: ParsableArguments {
    @Option(help: "The daemon's address: http://…, https://… or unix:/path.")
    var server = "http://127.0.0.1:7700/"

    @Option(
        name: .customLong("token-file"),
        help: ArgumentHelp(
            "The file that holds the token, for a daemon that asks for one; else $ANNSCOPE_TOKEN.", valueName: "file"))
    var tokenFile: String?

    @Option(
        name: .customLong("ca-file"),
        help: ArgumentHelp("Certificates (PEM) that are trusted instead of the system's, for https.", valueName: "file")
    )
    var authorities: String?

    /// What shows who we are. Never an argument: those are seen by everyone on the machine.
    func token() throws -> String? {
        guard let tokenFile else {
            return ProcessInfo.processInfo.environment["ANNSCOPE_TOKEN"].flatMap { $0.isEmpty ? nil : $0 }
        }
        guard let data = FileManager.default.contents(atPath: tokenFile), data.count <= 4096 else {
            throw CleanExit.failure("--token-file \(tokenFile): it can't be read, or is longer than a token")
        }
        let token = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard !token.isEmpty else { throw CleanExit.failure("--token-file \(tokenFile): it is empty") }
        return token
    }

    func socket() throws -> SocketClientConfiguration {
        guard var socket = SocketClientConfiguration(page: server) else {
            throw ValidationError(
                "--server \(server): it must be an address such as http://127.0.0.1:7700/ or unix:/run/annscope/socket")
        }
        if let authorities {
            guard socket.usesTLS else { throw ValidationError("--ca-file: only https:// addresses have certificates") }
            guard let data = FileManager.default.contents(atPath: authorities),
                String(decoding: data, as: UTF8.self).contains("-----BEGIN CERTIFICATE-----")
            else {
                throw CleanExit.failure("--ca-file \(authorities): it can't be read, or holds no certificate (PEM)")
            }
            socket.authorities = authorities
        }
        return socket
    }
}
