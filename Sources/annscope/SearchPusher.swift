import Foundation
import FoundationNetworking

/// Sends searches to a daemon over HTTP.
struct SearchPusher {
    struct Failure: Error {
        let message: String
    }

    private let url: URL
    private let token: String?
    /// A daemon that says when it may go well is asked again, for as long in all.
    private static let longestWait = 60.0

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
        var waited = 0.0
        while true {
            let (data, status) = try await send(body)
            if status == 200 { return data }
            let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
            let error = object?["error"] as? [String: Any]
            let message = error?["message"] as? String ?? String(decoding: data, as: UTF8.self)
            // What was refused so was not done: sent again, with a key or without, it runs once.
            guard status == 429 || status == 503,
                let wait = (error?["data"] as? [String: Any])?["retryAfterMilliseconds"] as? Double, wait >= 0
            else { throw Failure(message: message) }
            // A little more than was said, so that several who wait don't come back at once.
            let pause = max(0.01, wait / 1000) * Double.random(in: 1...1.2)
            guard waited + pause <= Self.longestWait else {
                throw Failure(message: "\(message); it was not taken within \(Int(Self.longestWait)) s")
            }
            waited += pause
            try await Task.sleep(for: .seconds(pause))
        }
    }

    private func send(_ body: Data) async throws -> (data: Data, status: Int?) {
        var request = URLRequest(url: url)
        request.httpMethod = "POST"
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
        request.httpBody = body
        let answer: (Data, URLResponse)
        do { answer = try await URLSession.shared.data(for: request) } catch {
            throw Failure(message: "\(url.absoluteString) can't be reached: is the daemon running there?")
        }
        return (answer.0, (answer.1 as? HTTPURLResponse)?.statusCode)
    }
}
