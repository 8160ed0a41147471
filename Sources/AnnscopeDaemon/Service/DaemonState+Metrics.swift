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
        writeViewers(to: &text)
        writeSockets(to: &text)
        writeQueues(to: &text)
        metrics.write(to: &text, refusedByHead: Int(server.statistics().refused[.access] ?? 0))
        writeIndexes(to: &text)
        writeProcess(to: &text)
        return HTTPResponse(
            status: 200, headers: [("Content-Type", MetricsText.mediaType), ("Cache-Control", "no-store")],
            body: text.bytes)
    }

    private func writeViewers(to text: inout MetricsText) {
        let hub = hub.statistics
        text.begin("annscope_viewers", .gauge, "Viewers that have introduced themselves.")
        for role in Role.allCases {
            text.sample("annscope_viewers", [("role", role.rawValue)], hub.viewers[role] ?? 0)
        }
        text.add("annscope_viewers_stalled", .gauge, "Viewers that read too slowly for what they follow.", hub.stalled)
        text.add("annscope_subscriptions", .gauge, "Streams that viewers follow.", hub.subscriptions)
        text.add("annscope_streams", .gauge, "Streams that are there.", hub.streams)
        text.add("annscope_queue_bytes", .gauge, "Bytes for viewers that the kernel has not taken.", hub.queuedBytes)
        text.add("annscope_state_bytes", .gauge, "Bytes of events kept for viewers that come.", hub.stateBytes)
        text.add("annscope_replay_bytes", .gauge, "Bytes of events kept for viewers that come back.", hub.replayBytes)
        text.add("annscope_events_total", .counter, "Events of streams.", hub.eventsAppended)
        text.add("annscope_messages_sent_total", .counter, "Messages to viewers.", hub.messagesSent)
        text.add("annscope_message_bytes_total", .counter, "Bytes of messages to viewers.", hub.bytesSent)
        text.add("annscope_requests_total", .counter, "Requests of viewers.", hub.requests)
        text.add("annscope_gaps_total", .counter, "Times that a viewer was told of lost events.", hub.gaps)
        text.begin("annscope_dropped_total", .counter, "What did not reach a viewer, by reason.")
        text.sample("annscope_dropped_total", [("reason", "events lost to a slow viewer")], hub.eventsLost)
        text.sample("annscope_dropped_total", [("reason", "requests too fast")], hub.requestsRefused)
        text.sample("annscope_dropped_total", [("reason", "requests forbidden")], hub.requestsForbidden)
        text.begin("annscope_closes_total", .counter, "Viewers that the daemon closed, by code.")
        for code in CloseCode.allCases {
            text.sample("annscope_closes_total", [("code", "\(code.rawValue)")], hub.closes[code] ?? 0)
        }
    }

    private func writeSockets(to text: inout MetricsText) {
        let sockets = server.statistics()
        text.add("annscope_connections", .gauge, "Connections of any kind.", sockets.connections)
        text.add("annscope_connections_total", .counter, "Connections that were accepted.", Int(sockets.accepted))
        text.add("annscope_http_requests_total", .counter, "HTTP requests.", Int(sockets.requests))
        text.add("annscope_received_bytes_total", .counter, "Bytes of messages and bodies.", Int(sockets.bytesIn))
        text.add("annscope_sent_bytes_total", .counter, "Bytes with heads and frames.", Int(sockets.bytesOut))
        text.begin("annscope_connections_refused_total", .counter, "Connections and handshakes turned away, by reason.")
        for reason in SocketStatistics.Refused.allCases where reason != .access {
            text.sample(
                "annscope_connections_refused_total", [("reason", reason.rawValue)],
                Int(sockets.refused[reason] ?? 0))
        }
    }

    private func writeQueues(to text: inout MetricsText) {
        text.add("annscope_searches_running", .gauge, "Searches that run or wait for a worker.", running.count)
        text.add("annscope_recalls_waiting", .gauge, "Answers that wait for exact neighbours.", waitingRecalls)
        text.add("annscope_searches_kept", .gauge, "Searches that can still be asked for.", history.count)
        text.add("annscope_searches_kept_bytes", .gauge, "Memory of the kept searches.", history.bytes)
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
