import Glibc
import Testing

@testable import IndexWatching

@Suite("Folder events")
struct FolderEventTests {
    private func bytes(_ watch: Int32, _ mask: UInt32, _ name: [UInt8]) -> [UInt8] {
        withUnsafeBytes(of: watch, Array.init) + withUnsafeBytes(of: mask, Array.init)
            + withUnsafeBytes(of: UInt32(0), Array.init) + withUnsafeBytes(of: UInt32(name.count), Array.init) + name
    }

    private func events(_ bytes: [UInt8]) -> [FolderEvent] { bytes.withUnsafeBytes(FolderEvent.events) }

    @Test func `events are taken apart with and without names, and a cut one is passed over`() {
        let all = bytes(1, UInt32(IN_MODIFY), Array("a.index\0\0\0\0\0\0\0\0\0".utf8)) + bytes(-1, 0x4000, [])
        #expect(
            events(all) == [
                FolderEvent(watch: 1, mask: UInt32(IN_MODIFY), name: "a.index"),
                FolderEvent(watch: -1, mask: 0x4000, name: ""),
            ])
        #expect(events(all).last?.isOverflow == true)
        for count in 0..<all.count { #expect(events(Array(all[..<count])).count == (count < 32 ? 0 : 1)) }
    }

    @Test func `what has been closed, moved or deleted has no writer any longer`() {
        func word(_ mask: some BinaryInteger, isLink: Bool = false) -> QuietFiles.Word {
            FolderEvent(watch: 1, mask: UInt32(mask), name: "a").word(isLink: isLink)
        }
        #expect(word(IN_CREATE) == .writing)
        #expect(word(IN_MODIFY) == .writing)
        #expect(word(IN_CLOSE_WRITE) == .finished)
        #expect(word(IN_MOVED_TO) == .finished)
        #expect(word(IN_MOVED_FROM) == .finished)
        #expect(word(IN_DELETE) == .finished)
        #expect(word(IN_ATTRIB) == .touched)
        #expect(word(IN_CREATE, isLink: true) == .touched)
    }
}
