internal import IndexWatching
internal import Logging
internal import SocketService
internal import ViewerHub
internal import WireProtocol

extension DaemonState {
    /// Takes what the configuration says now, or keeps all as it is and says why.
    mutating func reconfigure(_ result: Result<LoadedConfiguration, ConfigurationError>) {
        do throws(ConfigurationError) {
            let loaded = try result.get()
            let (new, taken, waiting) = try configuration.reloaded(from: loaded.configuration)
            do throws(SocketError) { try server.reload(new.socketRules) } catch {
                throw ConfigurationError(faults: [.init(place: "sockets", message: error.message)])
            }
            apply(new)
            for warning in loaded.warnings { log.warning("\(warning)") }
            for option in waiting {
                log.warning("needs a restart", metadata: ["option": "\(option)", "taken": "not yet"])
            }
            log.notice(
                "configuration read again",
                metadata: ["changed": "\(taken.isEmpty ? "nothing" : taken.joined(separator: " "))"])
            SystemdNotifier.ready(status)
        } catch {
            for fault in error.faults {
                log.error("the configuration is wrong; the old one is kept", metadata: ["fault": "\(fault)"])
            }
            SystemdNotifier.ready(
                "the new configuration is wrong, the old one is kept: \(error.faults.first?.description ?? "")")
        }
    }

    private mutating func apply(_ new: DaemonConfiguration) {
        if new.paths != configuration.paths { watcher.follow(paths: new.paths) }
        configuration = new
        hub.access = new.access.rules
        logDestination?.apply(new.log)
        followBudget.perSecond = new.followedPerSecond
        listBudget.perSecond = new.ingest.listedPerSecond
        limiter.limit(perSecond: new.ingest.ratePerSecond, burst: new.ingest.rateBurst)
        history.limit(maxSearches: new.keptSearches, maxBytes: new.ingest.keptSearchBytes)
        searchers.limitQueue(to: new.limits.maxQueuedSearches)
    }

    /// What systemd shows of the service.
    var status: String {
        "\(indexes.names.count) indexes, \(hub.viewerCount) viewers, \(searchesSoFar) searches"
    }
}

extension DaemonConfiguration {
    /// What results from a running configuration and one that was read since.
    ///
    /// - Returns: the result, the options that changed in it, and those that are other but need a restart.
    /// - Throws: when both together would let in who should not be.
    func reloaded(
        from read: DaemonConfiguration
    ) throws(ConfigurationError) -> (new: DaemonConfiguration, taken: [String], waiting: [String]) {
        var new = self
        var taken: [String] = []
        var waiting: [String] = []
        for option in ConfigurationOption.all where option.read(read) != option.read(self) {
            guard option.reloads else {
                waiting.append(option.key)
                continue
            }
            taken.append(option.key)
            do throws(ConfigurationComplaint) { try option.write(option.read(read), &new) } catch {
                throw ConfigurationError(faults: [.init(place: option.key, message: error.message)])
            }
        }
        if new.access.tokens != read.access.tokens {
            new.access.tokens = read.access.tokens
            taken.append("tokens")
        }
        // The listeners are still the old ones.
        if let exposure = new.exposure {
            throw ConfigurationError(faults: [.init(place: exposure.key, message: exposure.message)])
        }
        guard !new.paths.isEmpty else {
            throw ConfigurationError(faults: [.init(place: "paths", message: "there is nothing to watch")])
        }
        return (new, taken, waiting)
    }
}
