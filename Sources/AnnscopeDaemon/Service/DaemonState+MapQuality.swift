internal import IndexFiles
internal import Logging
internal import MapLayout
internal import SocketService
internal import ViewerHub
internal import WireProtocol

extension DaemonState {
    /// Has a worker measure the map that is shown of a revision, once all of its file was read.
    func measureMap(of index: ServedIndex, _ entry: inout IndexCatalogue.Entry) {
        entry.measuring?.cancel()
        entry.measuring = nil
        entry.quality = nil
        guard let map = entry.map, index.file.isChecked else { return }
        let job = QualityJob(index: index, map: map, key: entry.mapOrigin?.key, store: maps)
        let queue = queue
        guard preparers.submit({ _ in queue.yield(.quality(job, job.run())) }) != nil else {
            log.error("too much waits to be prepared", metadata: ["index": "\(index.name)"])
            return
        }
        entry.measuring = job
    }

    mutating func mapMeasured(_ job: QualityJob, _ quality: MapQuality?) {
        let path = job.index.file.path
        guard var entry = indexes[path], entry.measuring === job else { return }
        entry.measuring = nil
        entry.quality = quality
        indexes[path] = entry
        guard let quality else { return }
        let stream = StreamName.layout(index: job.index.name)
        hub.append(LayoutEvents.quality(quality, revision: job.index.revision), to: stream)
        hub.append(LayoutEvents.misplaced(quality.misplaced, revision: job.index.revision), to: stream)
        log.info(
            "map measured",
            metadata: [
                "index": "\(job.index.name)", "trustworthiness": "\(quality.trustworthiness)",
                "kept": "\(quality.kept)", "misplaced": "\(quality.misplaced.count)",
            ])
    }
}
