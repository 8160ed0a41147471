internal import Synchronization

/// Reads the configuration again when it is asked to. Requests that come while it reads are one request more, whatever
/// their number.
final class ConfigurationReloader: Sendable {
    private let requests: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    private let loader: ConfigurationLoader
    private let report: @Sendable (Result<LoadedConfiguration, ConfigurationError>) -> Void

    /// The least time between two reads.
    private static let pause = Duration.milliseconds(100)

    init(
        _ loader: ConfigurationLoader,
        report: @escaping @Sendable (Result<LoadedConfiguration, ConfigurationError>) -> Void
    ) {
        self.loader = loader
        self.report = report
        (requests, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func request() { continuation.yield() }

    /// Serves requests until the task is cancelled.
    func run() async {
        for await _ in requests {
            SystemdNotifier.reloading()
            let result: Result<LoadedConfiguration, ConfigurationError>
            do throws(ConfigurationError) { result = .success(try loader.load()) } catch { result = .failure(error) }
            report(result)
            try? await Task.sleep(for: Self.pause)
        }
    }
}
