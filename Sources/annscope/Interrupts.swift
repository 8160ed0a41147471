import Dispatch
import Foundation

/// Runs something until it ends, or SIGINT or SIGTERM says that it is enough.
enum Interrupts {
    /// - Parameter cancel: is called at the first signal; a second one ends the program at once.
    static func watch(_ cancel: @escaping @Sendable () -> Void) -> [any DispatchSourceSignal] {
        [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler {
                signal(number, SIG_DFL)
                cancel()
            }
            source.resume()
            return source
        }
    }
}
