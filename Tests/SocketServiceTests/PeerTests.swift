import SocketService
import Testing

struct PeerTests {
    @Test func `an IPv6 host counts with its whole network, an IPv4 one alone`() {
        #expect(Peer(address: "10.0.0.7").network == "10.0.0.7")
        #expect(Peer(address: "2001:db8:1:2::7").network == Peer(address: "2001:db8:1:2:ffff::1").network)
        #expect(Peer(address: "2001:db8:1:2::7").network != Peer(address: "2001:db8:1:3::7").network)
        #expect(Peer(address: "unix").network == "unix")
    }
}
