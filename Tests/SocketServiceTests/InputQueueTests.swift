import Foundation
import SocketService
import Testing

struct InputQueueTests {
    @Test func `what several threads put in comes out once, each thread's in its order`() {
        let queue = InputQueue<(thread: Int, number: Int)>()
        for thread in 0..<4 {
            Thread.detachNewThread { for number in 0..<5000 { queue.yield((thread, number)) } }
        }
        var next = [0, 0, 0, 0]
        while next.reduce(0, +) < 20_000 {
            for input in queue.next(within: .seconds(20)) {
                #expect(input.number == next[input.thread])
                next[input.thread] += 1
            }
        }
        #expect(queue.next(within: .zero).isEmpty)
    }

    @Test func `a wait ends when its time is over, and at once when something comes`() {
        let queue = InputQueue<Int>()
        #expect(queue.next(within: .milliseconds(5)).isEmpty)
        Thread.detachNewThread {
            Thread.sleep(forTimeInterval: 0.01)
            queue.yield(7)
        }
        #expect(queue.next(within: nil) == [7])
    }
}
