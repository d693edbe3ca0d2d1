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
import io.trivet.node.seat.NamespaceHolder;
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
 * that there never was and with sweeping off (rule 4).
 *
 * <p>The new quorum has a name of its own, so that a master of the old one, started by mistake,
 * cannot count in it. It is built beside the old one and takes its place in one step; the old one
 * is put aside. Cut short, it can be repeated.
 */
public final class NamespaceRestore {
    private static final long ENTRY_SECONDS = 30;

    private NamespaceRestore() {}

    /** So many shortened paths are named. */
    private static final int MAX_SHORTENED = 20;

    /**
     * What was restored, and in which epoch ids are issued now.
     *
     * @param shortened paths in the trash that an earlier release let become too long, as they are
     *     now; the first of them
     */
    public record Restored(Backup.Summary backup, NodeId master, int epoch, List<String> shortened) {
        public Restored {
            shortened = List.copyOf(shortened);
        }
    }

    /**
     * Restores a backup into the node that lives in this directory, which must not run. Every row
     * of the backup is looked at, and how they fit together, before anything of the node is
     * changed: a checksum keeps nobody from writing what he likes.
     *
     * @throws TrivetException if it is of another cluster, or the node is unknown to it
     * @throws IOException if it is damaged, or its rows contradict each other; nothing is changed
     *     then
     */
    public static Restored restore(Path backup, Path data) throws IOException {
        return restore(backup, data, Instant.now());
    }

    /** @param now by the clock of this server: the new epoch follows from it */
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
            try {
                build(backup, found, restored, making, data, keys);
                sound = true;
            } finally {
                if (!sound) {
                    FileTree.delete(making);
                }
            }
            SeatDirectory.putAside(data);
            SeatDirectory.move(making, SeatDirectory.of(data));
            restored.write(data);
            return new Restored(found, identity.node(), restored.seatEpoch(), shortened);
        }
    }

    /**
     * Puts aside what a stopped node has of a quorum that is over, so that it cannot go on with it.
     * In the same epoch it gets no seat again (rule 8), in that of a restored namespace it begins a
     * new log.
     */
    public static NodeId giveUpSeat(Path data) throws IOException {
        try (DataLock _ = DataLock.take(data)) {
            NodeIdentity identity = NodeIdentity.read(data);
            SeatDirectory.putAside(data);
            return identity.node();
        }
    }

    /**
     * What a restore would refuse is said on the day of the backup, not on that of the restore;
     * throws {@link TrivetException}.
     */
    public static void requireRestorable(Path backup) {
        try {
            check(backup, _ -> {});
        } catch (IOException e) {
            throw new TrivetException(
                    new Refusal(
                            Refusal.Kind.CORRUPT,
                            backup.toString(),
                            "the backup was written, and cannot be restored: " + e.getMessage()),
                    e);
        }
    }

    private static Backup.Summary check(Path backup, Consumer<String> shortened) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(backup), 1 << 20)) {
            return Backup.checkRows(in, shortened);
        } catch (java.nio.file.NoSuchFileException e) {
            throw new TrivetException(new Refusal(Refusal.Kind.NO_SUCH_FILE, backup.toString(), ""), e);
        } catch (IOException e) {
            throw new IOException(backup + ": " + e.getMessage(), e);
        }
    }

    /** A quorum of this node alone, whose log makes the namespace. */
    private static void build(
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
                InputStream in = new BufferedInputStream(Files.newInputStream(backup), 1 << 20)) {
            Replay replay = new Replay(quorum);
            Backup.replay(in, identity.node(), identity.seatEpoch(), replay::submit);
            replay.finish();
            changesOfKeysSince(data, namespace.current().orElseThrow()).forEach(replay::submit);
            replay.finish();
            requireConsistent(backup, namespace.current().orElseThrow(), found.epoch());
            requireOpens(keys, namespace.current().orElseThrow(), data);
        }
    }

    /** The keys are those of now, not of the backup: nodes and clients believe the authority of now. */
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

    /** A backup holds the users' secrets wrapped under the cluster's keys, which are in no backup. */
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

    /** Commands on their way, in order, some at a time: while one is applied the next ones are read. */
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

        /** All were done. */
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
