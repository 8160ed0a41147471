/// All connections, each in a slot that its id names, so that finding one takes no hashing.
struct ConnectionTable {
    private var slots: [Connection?] = []
    private var free: [Int] = []
    private var nextSerial: UInt64 = 1
    private(set) var count = 0
    private(set) var webSockets = 0
    /// Connections of each address that is counted.
    private var byAddress: [String: Int] = [:]

    /// The low bits of an id are its slot; the rest is never used again.
    private static let slotBits: UInt64 = 24

    /// The slot that the next connection takes, which `insert` must follow.
    mutating func takeSlot() -> Int {
        if let slot = free.popLast() { return slot }
        slots.append(nil)
        return slots.count - 1
    }

    mutating func giveBack(slot: Int) { free.append(slot) }

    mutating func insert(_ connection: Connection) {
        slots[connection.slot] = connection
        count += 1
        if let address = connection.countedAddress { byAddress[address, default: 0] += 1 }
    }

    mutating func remove(_ connection: Connection) {
        guard slots[connection.slot] === connection else { return }
        slots[connection.slot] = nil
        free.append(connection.slot)
        count -= 1
        if connection.id != nil { webSockets -= 1 }
        if let address = connection.countedAddress, let others = byAddress[address] {
            byAddress[address] = others > 1 ? others - 1 : nil
        }
    }

    func count(of address: String) -> Int { byAddress[address] ?? 0 }

    /// The id by which the connection is known from now on.
    mutating func openWebSocket(_ connection: Connection) -> ConnectionID {
        let id = ConnectionID(raw: takeSerial() << Self.slotBits | UInt64(connection.slot))
        connection.id = id
        webSockets += 1
        return id
    }

    mutating func openRequest(_ connection: Connection) -> HTTPRequestID {
        let id = HTTPRequestID(raw: takeSerial() << Self.slotBits | UInt64(connection.slot))
        connection.request = id
        return id
    }

    /// The connection, unless it is gone.
    subscript(id: ConnectionID) -> Connection? {
        let slot = Int(id.raw & (1 << Self.slotBits - 1))
        guard slot < slots.count, let connection = slots[slot], connection.id == id else { return nil }
        return connection
    }

    subscript(id: HTTPRequestID) -> Connection? {
        let slot = Int(id.raw & (1 << Self.slotBits - 1))
        guard slot < slots.count, let connection = slots[slot], connection.request == id else { return nil }
        return connection
    }

    var all: [Connection] { slots.compactMap { $0 } }

    private mutating func takeSerial() -> UInt64 {
        defer { nextSerial += 1 }
        return nextSerial
    }
}
