/// `std::mt19937` (Matsumoto and Nishimura 1998): Faiss draws with it.
struct MersenneTwister {
    private var state: [UInt32]
    private var place = 624

    init(seed: UInt32) {
        state = [seed]
        for number in 1..<624 {
            let last = state[number - 1]
            state.append(1_812_433_253 &* (last ^ (last >> 30)) &+ UInt32(number))
        }
    }

    mutating func next() -> UInt32 {
        if place == 624 { refill() }
        var value = state[place]
        place += 1
        value ^= value >> 11
        value ^= (value << 7) & 0x9D2C_5680
        value ^= (value << 15) & 0xEFC6_0000
        return value ^ (value >> 18)
    }

    private mutating func refill() {
        for number in 0..<624 {
            let mixed = (state[number] & 0x8000_0000) | (state[(number + 1) % 624] & 0x7FFF_FFFF)
            state[number] = state[(number + 397) % 624] ^ (mixed >> 1) ^ (mixed & 1 == 0 ? 0 : 0x9908_B0DF)
        }
        place = 0
    }
}
