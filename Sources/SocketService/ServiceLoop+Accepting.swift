internal import CWebSockets
internal import Glibc

extension ServiceLoop {
    /// Connections that one listener may accept in a turn, so that a flood does not hold up those who are in.
    private static let maxAcceptsPerTurn = 64
    /// One address may have so many connections more, which are told that they are too many.
    private static let surplusPerAddress = 8

    func acceptAll(_ listener: OpaquePointer) {
        guard let listening = listeners[listener] else { return }
        for _ in 0..<Self.maxAcceptsPerTurn {
            guard let (socket, peer) = ListeningSocket.accept(listening.handle) else {
                if errno == EMFILE || errno == ENFILE, refuseWithReserve(listening.handle) { continue }
                return
            }
            statistics.accepted += 1
            guard table.count < rules.maxConnections + configuration.maxRequestConnections else {
                refuse(socket, .connections)
                continue
            }
            let isCounted = !peer.isUnix && (rules.countsLoopbackAddresses || !peer.isLoopback)
            let address = isCounted ? Peer(address: peer.text).network : nil
            let others = address.map { table.count(of: $0) } ?? 0
            guard others < rules.maxConnectionsPerAddress + Self.surplusPerAddress else {
                refuse(socket, .address)
                continue
            }
            let host = listening.isUnix ? plainHost : tlsHost ?? plainHost
            // A refused adoption closes the socket itself.
            strangers = 0
            guard let wsi = lws_adopt_socket_vhost(host, socket) else { continue }
            let connection = Connection(
                wsi, socket: socket, peer: Peer(address: peer.text), countedAddress: address,
                isTLS: host == tlsHost, isLocal: listening.bound.isLocalOnly, isUnix: listening.isUnix,
                isSurplus: others >= rules.maxConnectionsPerAddress, slot: table.takeSlot())
            connection.deadline = now + configuration.deadlines.head.milliseconds
            table.insert(connection)
            lws_set_opaque_user_data(wsi, Unmanaged.passUnretained(connection).toOpaque())
            if strangers > 0, refuseOtherProtocol(connection) != 0 { kill(connection) }
        }
    }

    private func refuse(_ socket: Int32, _ reason: SocketStatistics.Refused) {
        close(socket)
        count(reason)
    }

    /// No descriptor is left: gives up the reserve to accept one connection and close it.
    private func refuseWithReserve(_ listener: Int32) -> Bool {
        if reserve >= 0 { close(reserve) }
        let refused = ListeningSocket.accept(listener)
        if let refused { refuse(refused.socket, .descriptors) }
        reserve = open("/dev/null", O_RDONLY | O_CLOEXEC)
        // Others took the descriptor: the loop must not spin until they give one back.
        if reserve < 0 { usleep(10_000) }
        return refused != nil && reserve >= 0
    }
}
