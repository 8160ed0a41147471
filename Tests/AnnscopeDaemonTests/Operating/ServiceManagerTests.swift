import Foundation
import Testing

@testable import AnnscopeDaemon

@Suite("What a service manager passes")
struct ServiceManagerTests {
    @Test func `signs of life come three times in the watchdog's time, and only if it is ours`() {
        func period(_ environment: [String: String]) -> Duration? { SystemdNotifier.watchdogPeriod { environment[$0] } }
        #expect(period([:]) == nil)
        #expect(period(["WATCHDOG_USEC": "30000000"]) == .seconds(10))
        #expect(period(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "\(getpid())"]) == .seconds(10))
        #expect(period(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"]) == nil)
        for text in ["", "x", "0", "-5"] { #expect(period(["WATCHDOG_USEC": text]) == nil) }
    }

    @Test func `descriptors that are no listening sockets are passed over`() {
        for count in ["", "0", "-1", "1000000", "x"] {
            #expect(InheritedSocket.sockets(count: count, names: "").isEmpty)
        }
    }
}
