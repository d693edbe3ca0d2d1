package io.trivet.node;

import io.trivet.authority.ClusterKeys;
import io.trivet.file.FileTree;
import io.trivet.model.ClusterView;
import io.trivet.model.Command;
import io.trivet.model.KeySuccession;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.namespace.Backup;
import io.trivet.namespace.Namespace;
import io.trivet.node.cluster.KnownCluster;
import io.trivet.node.identity.DataLock;
import io.trivet.node.identity.NodeIdentity;
import io.trivet.node.identity.SeatDirectory;
import io.trivet.node.keys.ClusterKeyStore;
import io.trivet.node.keys.Keyring;
import io.trivet.node.keys.NodeCredentials;
import io.trivet.node.raft.NamespaceHolder;
import io.trivet.quorum.Quorum;
import io.trivet.quorum.QuorumSettings;
import io.trivet.quorum.RatisQuorum;
import io.trivet.wire.Connector;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Makes a stopped node the only master of its cluster, with the namespace of a backup, in an epoch
 * that never existed and with sweeping off (rule 4).
 *
 * <p>The new quorum has a name of its own, so that a master of the old one that is started by
 * mistake cannot count in it. It is built beside the old one and replaces it in one step; the old
 * one is put aside. If it is interrupted, it can be repeated.
 */
public final class NamespaceRestore {
    private static final long ENTRY_SECONDS = 30;

    private NamespaceRestore() {}

    /** The most shortened paths that are named. */
    private static final int MAX_SHORTENED = 20;

    /**
     * What was restored, and the new epoch of file ids.
     *
     * @param shortened paths in the trash that an earlier release let become too long, as they are
     *     now; the first of them
     * @param unknownChunks how many chunks on this node's disks belong to files that the backup
     *     does not know; they are never deleted
     */
    public record Restored(
            Backup.Summary backup, NodeId master, int epoch, List<String> shortened, long unknownChunks) {
        public Restored {
            shortened = List.copyOf(shortened);
        }
    }

    /**
     * Restores a backup into the node of this directory, which must not run. Checks every row of
     * the backup, and how the rows fit together, before it changes anything of the node: a valid
     * checksum does not prove who wrote the backup.
     *
     * @throws TrivetException if it is of another cluster, or does not know this node
     * @throws IOException if it is damaged or its rows contradict each other; nothing is changed
     *     then
     */
    public static Restored restore(Path backup, Path data) throws IOException {
        return restore(backup, data, Instant.now());
    }

    /** @param now by the clock of this server; determines the new epoch */
    static Restored restore(Path backup, Path data, Instant now) throws IOException {
        try (DataLock _ = DataLock.take(data)) {
            NodeIdentity identity = NodeIdentity.read(data);
            List<String> shortened = new ArrayList<>();
            Backup.Summary found = check(backup, path -> {
                if (shortened.size() < MAX_SHORTENED) {
                    shortened.add(path);
                }
            });
            if (!found.cluster().equals(identity.cluster())) {
                throw TrivetException.of(
                        Refusal.Kind.WRONG_CLUSTER,
                        backup.toString(),
                        "it is of cluster " + found.cluster() + ", the node of " + identity.cluster());
            }
            ClusterKeys keys = clusterKeys(data, identity);
            NodeIdentity restored =
                    identity.withSeating(NodeIdentity.Seating.TAKEN, NextEpoch.of(data, identity, found.epoch(), now));
            Path making = data.resolve("quorum.restoring");
            FileTree.delete(making);
            boolean sound = false;
            long unknownChunks;
            try {
                unknownChunks = build(backup, found, restored, making, data, keys);
                sound = true;
            } finally {
                if (!sound) {
                    FileTree.delete(making);
                }
            }
            SeatDirectory.putAside(data);
            SeatDirectory.move(making, SeatDirectory.of(data));
            restored.write(data);
            return new Restored(found, identity.node(), restored.seatEpoch(), shortened, unknownChunks);
        }
    }

    /**
     * Puts aside a stopped node's log of a quorum that is over. The node gets no seat again in the
     * same epoch (rule 8); in that of a restored namespace it begins with a new log.
     */
    public static NodeId giveUpSeat(Path data) throws IOException {
        try (DataLock _ = DataLock.take(data)) {
            NodeIdentity identity = NodeIdentity.read(data);
            SeatDirectory.putAside(data);
            return identity.node();
        }
    }

    /**
     * Checks a new backup as a restore would, before it takes the place of an older one. Throws
     * {@link TrivetException}.
     */
    public static void requireRestorable(Path backup) {
        try (InputStream in = open(backup)) {
            Backup.checkRows(in, _ -> {});
        } catch (IOException e) {
            throw new TrivetException(
                    new Refusal(
                            Refusal.Kind.CORRUPT,
                            "",
                            "the new backup cannot be restored and was not kept: " + e.getMessage()),
                    e);
        }
    }

    private static InputStream open(Path backup) throws IOException {
        return new BufferedInputStream(Files.newInputStream(backup), 1 << 20);
    }

    private static Backup.Summary check(Path backup, Consumer<String> shortened) throws IOException {
        try (InputStream in = open(backup)) {
            return Backup.checkRows(in, shortened);
        } catch (java.nio.file.NoSuchFileException e) {
            throw new TrivetException(new Refusal(Refusal.Kind.NO_SUCH_FILE, backup.toString(), ""), e);
        } catch (IOException e) {
            throw new IOException(backup + ": " + e.getMessage(), e);
        }
    }

    /**
     * Builds a quorum of this node alone, whose log recreates the namespace.
     *
     * @return how many chunks on this node's disks that namespace does not know
     */
    private static long build(
            Path backup, Backup.Summary found, NodeIdentity identity, Path making, Path data, ClusterKeys keys)
            throws IOException {
        NamespaceHolder namespace = new NamespaceHolder();
        try (Connector connector = new Connector(
                        identity.node() + "-restore",
                        identity.cluster(),
                        NodeCredentials.of(data, identity.trustSettings()).transportSecurity());
                RatisQuorum quorum = RatisQuorum.found(
                        identity.node(),
                        identity.quorum(),
                        QuorumSettings.in(making),
                        namespace::open,
                        new WireTransport(
                                identity.node(),
                                connector,
                                new KnownCluster(data),
                                Keyring.open(data, new ClusterKeyStore(data, identity), identity.trustSettings())));
                InputStream in = open(backup)) {
            Replay replay = new Replay(quorum);
            Backup.replay(in, identity.node(), identity.seatEpoch(), replay::submit);
            replay.finish();
            changesOfKeysSince(data, namespace.current().orElseThrow()).forEach(replay::submit);
            replay.finish();
            requireConsistent(backup, namespace.current().orElseThrow(), found.epoch());
            requireOpens(keys, namespace.current().orElseThrow(), data);
            return UnknownChunks.count(namespace.current().orElseThrow(), identity.disks());
        }
    }

    /**
     * The present keys stay, not those of the backup, because nodes and clients trust the present
     * authority.
     */
    private static List<Command> changesOfKeysSince(Path data, Namespace namespace) throws IOException {
        List<KeySuccession> known =
                new KnownCluster(data).view().map(ClusterView::successions).orElse(List.of());
        int restored = namespace.answer(new Query.View()) instanceof QueryResult.View(ClusterView view)
                ? view.successions().size()
                : 0;
        List<Command> missing = new ArrayList<>();
        for (int number = restored; number < known.size(); number++) {
            missing.add(new Command.Rekey(number, known.get(number)));
        }
        return missing;
    }

    private static void requireConsistent(Path backup, Namespace namespace, int epochOfIds) throws IOException {
        try {
            namespace.requireConsistent(epochOfIds);
        } catch (IllegalStateException e) {
            throw new IOException(
                    backup + ": its rows contradict each other, so it is damaged, or somebody wrote into it ("
                            + e.getMessage() + "): nothing was changed; take another backup",
                    e);
        }
    }

    /**
     * A backup contains the users' secrets wrapped under the cluster's keys, which are in no
     * backup.
     */
    private static ClusterKeys clusterKeys(Path data, NodeIdentity identity) throws IOException {
        return ClusterKeys.in(data, identity.cluster())
                .orElseThrow(() -> TrivetException.of(
                        Refusal.Kind.DENIED,
                        ClusterKeys.file(data).toString(),
                        "the cluster's keys are missing, without which no user of the backup could log in: copy them from another "
                                + "master, or from where you keep them, and chmod 600"));
    }

    private static void requireOpens(ClusterKeys keys, Namespace namespace, Path data) {
        String after = "";
        while (namespace.answer(new Query.Users(after, Query.MAX_USERS)) instanceof QueryResult.Users page
                && !page.users().isEmpty()) {
            page.users().forEach(user -> requireOpens(keys, namespace, user.name(), data));
            after = page.users().getLast().name();
        }
    }

    private static void requireOpens(ClusterKeys keys, Namespace namespace, String name, Path data) {
        byte[] wrapped = namespace.secretOf(name).orElseThrow().wrapped();
        try {
            keys.unwrap(Keyring.purpose(name), wrapped);
        } catch (TrivetException e) {
            throw new TrivetException(
                    new Refusal(
                            Refusal.Kind.DENIED,
                            ClusterKeys.file(data).toString(),
                            "these are not the keys that this backup was made under: bring back the file of then"),
                    e);
        }
    }

    /**
     * Submits commands in order, several at a time, so that the next ones are read while one is
     * applied.
     */
    private static final class Replay {
        private static final int AT_ONCE = 8;

        private final Quorum quorum;
        private final Queue<CompletableFuture<Outcome>> underWay = new ArrayDeque<>();

        Replay(Quorum quorum) {
            this.quorum = quorum;
        }

        void submit(Command command) {
            if (underWay.size() == AT_ONCE) {
                requireDone(underWay.remove());
            }
            underWay.add(quorum.submit(Operation.unnumbered(command)));
        }

        /** Waits until all are done. */
        void finish() {
            underWay.forEach(Replay::requireDone);
            underWay.clear();
        }

        private static void requireDone(CompletableFuture<Outcome> command) {
            try {
                if (command.get(ENTRY_SECONDS, TimeUnit.SECONDS) instanceof Outcome.Refused(var refusal)) {
                    throw new TrivetException(refusal);
                }
            } catch (ExecutionException | TimeoutException e) {
                throw new IllegalStateException("the new quorum does not take entries", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
    }
}
