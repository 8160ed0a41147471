import Foundation
import FoundationNetworking

/// Sends searches to a daemon over HTTP.
struct SearchPusher {
    struct Failure: Error {
        let message: String
    }

    private let url: URL
    private let token: String?

    init?(server: String, index: String, token: String?) {
        guard let base = URL(string: server.hasSuffix("/") ? server : server + "/"),
            base.scheme?.hasPrefix("http") == true,
            let name = index.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed),
            let url = URL(string: "api/v1/indexes/\(name)/search", relativeTo: base)
        else { return nil }
        self.url = url
        self.token = token
    }

    /// - Returns: the result as one line of JSON.
    /// - Throws: `Failure` with the daemon's words, or why it could not be reached.
    func push(_ body: Data) async throws -> Data {
        var request = URLRequest(url: url)
        request.httpMethod = "POST"
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
        request.httpBody = body
        let answer: (Data, URLResponse)
        do { answer = try await URLSession.shared.data(for: request) } catch {
            throw Failure(message: "\(url.absoluteString) can't be reached: is the daemon running there?")
        }
        guard (answer.1 as? HTTPURLResponse)?.statusCode == 200 else {
            let object = try? JSONSerialization.jsonObject(with: answer.0) as? [String: Any]
            throw Failure(
                message: (object?["error"] as? [String: Any])?["message"] as? String
                    ?? String(decoding: answer.0, as: UTF8.self))
        }
        return answer.0
    }
}
