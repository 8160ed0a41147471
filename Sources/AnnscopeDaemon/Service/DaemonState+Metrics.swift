internal import IndexFiles
internal import SocketService
internal import ViewerHub
internal import WireProtocol

extension DaemonState {
    /// What `GET /metrics` tells.
    var metricsText: HTTPResponse {
        var text = MetricsText()
        text.begin("annscope_build_info", .gauge, "Always 1; the version is a label.")
        text.sample("annscope_build_info", [("version", AnnscopeVersion.current)], 1)
        text.add("annscope_uptime_seconds", .gauge, "Since the daemon started.", uptime / .seconds(1))
        writeQueues(to: &text)
        metrics.write(to: &text)
        writeIndexes(to: &text)
        writeProcess(to: &text)
        return HTTPResponse(
            status: 200, headers: [("Content-Type", MetricsText.mediaType), ("Cache-Control", "no-store")],
            body: text.bytes)
    }

    private func writeQueues(to text: inout MetricsText) {
        text.add("annscope_searches_running", .gauge, "Searches that run or wait for a worker.", running.count)
        text.add("annscope_recalls_waiting", .gauge, "Answers that wait for exact neighbours.", waitingRecalls)
    }

    private func writeIndexes(to text: inout MetricsText) {
        let served = indexes.served.map(\.index)
        text.add("annscope_indexes", .gauge, "Indexes that can be searched or looked at.", served.count)
        text.begin("annscope_index_vectors", .gauge, "Vectors of an index.")
        for index in served { text.sample("annscope_index_vectors", [("index", index.name)], index.file.count) }
        text.begin("annscope_index_revision", .gauge, "How many times an index was loaded.")
        for index in served { text.sample("annscope_index_revision", [("index", index.name)], index.revision) }
    }

    private func writeProcess(to text: inout MetricsText) {
        let facts = ProcessFacts.current()
        text.add("annscope_index_private_bytes", .gauge, "Private memory that index files take.", memory.usedBytes)
        text.add("process_resident_memory_bytes", .gauge, "Memory in use.", facts.residentBytes)
        text.add("process_cpu_seconds_total", .counter, "Processor time of all threads.", facts.processorSeconds)
        text.add("process_open_fds", .gauge, "Open files and sockets.", facts.openFiles)
        text.add("process_max_fds", .gauge, "The most that may be open.", facts.maxOpenFiles)
    }
}
