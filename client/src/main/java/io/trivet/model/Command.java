package io.trivet.model;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A change of the namespace: an entry of the quorum's log. What it does is a function of the state
 * and of the command alone; time comes with the batch that carries it.
 */
public sealed interface Command {
    /** Tokens are kept as the SHA-256 of their secret: 32 bytes, in hexadecimal. */
    int TOKEN_HASH_CHARACTERS = 64;

    /** At most this many file ids in one {@link Reserve}. */
    int MAX_RESERVE = 4096;

    /**
     * The birth of a cluster, with its first node as n0 and first master. Answered with {@link Outcome.Joined}.
     *
     * @param replicasWanted R, or 0 for "1 while alone, 2 from the second node on"
     * @param nodeKey made by the node, so that a repeated command is recognised
     * @param trashSeconds see {@link SetTrash}
     */
    record Found(
            ClusterId cluster,
            ChunkSize chunkSize,
            int replicasWanted,
            UUID nodeKey,
            Address address,
            int weight,
            String zone,
            long trashSeconds)
            implements Command {
        /** Without a trash. */
        public Found(
                ClusterId cluster,
                ChunkSize chunkSize,
                int replicasWanted,
                UUID nodeKey,
                Address address,
                int weight,
                String zone) {
            this(cluster, chunkSize, replicasWanted, nodeKey, address, weight, zone, 0);
        }
    }

    /**
     * Lets one more node join: until {@code expires}, {@code uses} times.
     *
     * @param validFor what the leader makes {@code expires} of, by the cluster's time, before this
     *     gets into the log; zero there, and where {@code expires} is meant as it is
     */
    record IssueToken(String secretHash, Instant expires, int uses, Duration validFor) implements Command {
        /** Good until a time. */
        public IssueToken(String secretHash, Instant expires, int uses) {
            this(secretHash, expires, uses, Duration.ZERO);
        }
    }

    /**
     * Makes a token worthless before its time; {@code id} is the first characters of its {@code
     * secretHash}, as in {@link OpenToken#id}.
     */
    record RevokeToken(String id) implements Command {}

    /**
     * A node joins, once: with a {@code nodeKey} that has joined before, the answer names the same
     * node and no use of the token is counted. Answered with {@link Outcome.Joined}. While no file
     * id was ever issued a fresh layout takes the node in.
     */
    record Join(String secretHash, UUID nodeKey, Address address, int weight, String zone) implements Command {}

    /** Records that a node is a voter of the quorum, or no longer. */
    record Seat(NodeId node, boolean master) implements Command {}

    /** A node listens elsewhere now. */
    record Move(NodeId node, Address address) implements Command {}

    /** A node lost data it had acknowledged: its loss epoch is at least {@code lossEpoch} from now on (rule 7). */
    record RaiseLossEpoch(NodeId node, long lossEpoch) implements Command {}

    /** Publishes a layout by compare-and-set: its version must be one above the newest, else {@code STALE}. */
    record PublishLayout(Layout layout) implements Command {}

    /**
     * Drops every published layout but the newest: all slots are proven to be settled. {@code
     * STALE} if the newest is another.
     */
    record SettleLayout(long version) implements Command {}

    /**
     * An operator's change of the layout, in one step with what it follows from; by compare-and-set
     * like {@link PublishLayout}, so that of two operators who planned from the same layout one is
     * refused. The table of before is kept as {@link ClusterView#before}. Nodes that the layout
     * names have slots from now on, whatever they waited for.
     *
     * @param changes what is another one for some nodes
     * @param replicasWanted R, which the layout must have; 0 leaves it as it is
     */
    record Rearrange(Layout layout, List<Change> changes, int replicasWanted) implements Command {
        public Rearrange {
            changes = List.copyOf(changes);
        }
    }

    /** What is to hold for a node from now on. {@code REMOVED} is for good. */
    record Change(NodeId node, AdminState adminState, int chosenPercent, String zone) {}

    /** The disks of a node have this capacity; the leader says so when it is another by more than a little. */
    record Measure(NodeId node, long capacityBytes) implements Command {}

    /**
     * Changes how replicas are moved.
     *
     * @param paused null leaves it as it is, like {@code automatic}
     * @param bytesPerSecond -1 leaves it as it is, 0 means each node's own limit
     */
    record SetRebalancing(
            @Nullable Boolean paused,
            long bytesPerSecond,
            @Nullable Boolean automatic) implements Command {}

    /** Forgets a removed node that no published layout and no seat names any more. */
    record ForgetNode(NodeId node) implements Command {}

    /**
     * Begins a session. Answered with {@link Outcome.SessionOpened}. Not numbered: a lost answer
     * leaves a session that expires.
     *
     * @param user whose it is: nobody else's operations belong to it. The leader fills it in; what
     *     a client says is not looked at
     */
    record OpenSession(String user) implements Command {
        public OpenSession() {
            this("");
        }
    }

    /** A wrapped secret is at most this long. */
    int MAX_WRAPPED = 512;

    /**
     * A new user, who may do nothing yet but what is granted here.
     *
     * @param secret wrapped: from a client under its own secret, in the log under the cluster's key
     */
    record AddUser(String name, byte[] secret, List<Grant> grants) implements Command {
        public AddUser {
            grants = List.copyOf(grants);
        }
    }

    /** Another secret for a user; the one before is worth nothing from now on. Wrapped as in {@link AddUser}. */
    record RotateSecret(String name, byte[] secret) implements Command {}

    /**
     * The cluster's keys are others from now on. The succession's {@link KeySuccession#tokensFrom}
     * is the namespace's to say.
     *
     * @param before how often they were changed before: done twice, it is refused
     */
    record Rekey(int before, KeySuccession keySuccession) implements Command {}

    /**
     * A user's secret is wrapped under other keys, and is the same secret: whoever proved it stays logged in.
     *
     * @param mark of the secret as it was when it was wrapped anew; one that was changed since stays
     */
    record Rewrap(String name, long mark, byte[] secret) implements Command {}

    /** The last one who may administer everything is not removed. */
    record RemoveUser(String name) implements Command {}

    /** A new group, without users and rights. */
    record AddGroup(String name) implements Command {}

    /** Its users lose what was granted to it. */
    record RemoveGroup(String name) implements Command {}

    /** Whether a user is in a group from now on. */
    record SetMember(String group, String user, boolean member) implements Command {}

    /**
     * These are the rights of a user, or of a group with {@link Group#MARK} before its name, at
     * this path from now on, in place of those before; none takes the grant away.
     */
    record SetRights(String name, Grant grant) implements Command {}

    /** At most so many directories have a quota. */
    int MAX_QUOTAS = 10_000;

    /**
     * The quota of a directory from now on. The first one begins the counting of what there is: see {@link CountUse}.
     *
     * @param bytes {@link Quota#NO_LIMIT} for no limit, null leaves it as it is; like {@code files}
     */
    record SetQuota(
            RemotePath directory,
            @Nullable Long bytes,
            @Nullable Long files) implements Command {}

    /** At most so many names in one {@link CountUse}. */
    int MAX_COUNTED = 10_000;

    /**
     * Counts some more of the files and directories that were there before the first quota; those
     * that come later count at once.
     *
     * @param limit 1 to {@link #MAX_COUNTED}
     */
    record CountUse(int limit) implements Command {}

    /**
     * How much a user may have and ask for from now on; as in {@link UserLimits}, where -1 for
     * sessions and requests is the usual number.
     *
     * @param bytes null leaves it as it is, like the others
     */
    record SetLimits(
            String name,
            @Nullable Long bytes,
            @Nullable Long files,
            @Nullable Integer sessions,
            @Nullable Integer requests)
            implements Command {}

    /**
     * Ends a session: by its client, or because it was silent for too long. Its open saves are
     * abandoned, its outcomes forgotten.
     */
    record EndSession(SessionId session) implements Command {}

    /**
     * Opens saves: issues {@code count} file ids in a row, each with the slot of its first chunk.
     * Answered with {@link Outcome.Reserved}.
     *
     * @param count 1 to {@link #MAX_RESERVE}
     * @param size bytes of the file where one id is asked for and the size is known, else -1
     * @param resumeKey what another session must say to {@link Adopt} it; 0 where nobody may
     * @param chunkSize of the files; {@link #SMALLEST_CHOSEN} or more and at most the cluster's, or
     *     null for the cluster's
     */
    record Reserve(
            int count, long size, long resumeKey, @Nullable ChunkSize chunkSize) implements Command {
        /** Smaller chunks would cost each node more for their files than for their bytes. */
        public static final ChunkSize SMALLEST_CHOSEN = new ChunkSize(1 << 20);

        public Reserve(int count, long size) {
            this(count, size, 0);
        }

        /** With the cluster's chunk size. */
        public Reserve(int count, long size, long resumeKey) {
            this(count, size, resumeKey, null);
        }
    }

    /**
     * Takes an open save over from the session of a client that died: from now on it belongs to
     * this one, and a commit that the other may still send is refused. Needs the key that was given
     * when it was reserved. Answered with {@link Outcome.Reserved}, as the reservation was.
     */
    record Adopt(FileId file, long resumeKey) implements Command {}

    /**
     * The commit of a save: only now does the name exist or change. Missing parents are made; a
     * file of that name is replaced. Needs the open row of its id, made by the same session.
     * Answered with {@link Outcome.Committed}.
     *
     * @param relied what the replicas rest on
     * @param sha256 of the whole file, see {@link Sha256}; null only in entries of the log that an
     *     earlier release wrote
     * @param proofs of its chunks, in order, for the leader to check; none of a file of more than
     *     {@link #MAX_PROVEN}, and none in the log
     */
    record Commit(
            FileId file,
            RemotePath path,
            long size,
            int crc32c,
            Instant modified,
            String owner,
            int mode,
            List<Reliance> relied,
            @Nullable Sha256 sha256,
            List<Proof> proofs)
            implements Command {
        public Commit {
            relied = List.copyOf(relied);
            proofs = List.copyOf(proofs);
        }

        /** Without proofs: as it is in the log. */
        public Commit(
                FileId file,
                RemotePath path,
                long size,
                int crc32c,
                Instant modified,
                String owner,
                int mode,
                List<Reliance> relied,
                @Nullable Sha256 sha256) {
            this(file, path, size, crc32c, modified, owner, mode, relied, sha256, List.of());
        }

        /** Without a strong checksum. */
        public Commit(
                FileId file,
                RemotePath path,
                long size,
                int crc32c,
                Instant modified,
                String owner,
                int mode,
                List<Reliance> relied) {
            this(file, path, size, crc32c, modified, owner, mode, relied, null);
        }
    }

    /** At most this many chunks come with proofs: so a commit stays well under the most bytes of a request. */
    int MAX_PROVEN = 4096;

    /**
     * What a chunk of a commit is, and who says to have it.
     *
     * @param receipts none where its holders were asked by an earlier process of the client's: then
     *     the leader asks them
     */
    record Proof(int crc32c, Sha256 sha256, List<StoreReceipt> receipts) {
        public Proof {
            receipts = List.copyOf(receipts);
        }
    }

    /** A node that acknowledged chunks of a save, and its loss epoch when it did. */
    record Reliance(NodeId node, long lossEpoch) {}

    /** Gives up what is still open of the reservation that begins with {@code file}. Names that exist are untouched. */
    record Abandon(FileId file) implements Command {}

    /** Makes a directory and its missing parents; an existing directory is no error. */
    record MakeDirectory(RemotePath path) implements Command {}

    /**
     * Renames a file or directory in one step. A file may replace a file; everything else that
     * exists at {@code to} is an error, as is a missing parent, a directory moved into itself, or a
     * name below it whose path would become too long.
     *
     * @param bounded whether the paths below are looked at; false only in entries of the log that
     *     an earlier release wrote, which did not look
     */
    record Rename(RemotePath from, RemotePath to, boolean bounded) implements Command {
        public Rename(RemotePath from, RemotePath to) {
            this(from, to, true);
        }
    }

    /**
     * Removes a file or an empty directory; with {@code recursive} a directory with all that is in it, in one step.
     *
     * @param now past the trash
     */
    record Remove(RemotePath path, boolean recursive, boolean now) implements Command {
        public Remove(RemotePath path, boolean recursive) {
            this(path, recursive, false);
        }
    }

    /** The longest time that something stays in the trash, in seconds: a year. */
    long MAX_TRASH_SECONDS = 366L * 24 * 3600;

    /**
     * How long removed and replaced files stay in the trash: 0 (they do not) to {@link
     * #MAX_TRASH_SECONDS}. What is in it stays so long as well.
     */
    record SetTrash(long seconds) implements Command {}

    /**
     * Gives a file of the trash a name again, with missing parents. {@code ALREADY_EXISTS} where
     * something has the name; {@code NO_SUCH_FILE} when it is not in the trash any more.
     */
    record Untrash(FileId file, RemotePath path) implements Command {}

    /**
     * Of these ids, those that are in the trash since before a time leave it: they are removed from
     * now on, and their grace begins (rule 5). The others stay as they are.
     *
     * @param ids at most {@link #MAX_FORGET}
     */
    record Discard(Instant before, List<FileId> ids) implements Command {
        public Discard {
            ids = List.copyOf(ids);
        }
    }

    /**
     * Takes apart what recursive removals detached: at most {@code limit} names in one command.
     *
     * @param bytes about as many bytes of rows are written at most, one name at least, and a path
     *     in the trash is valid; 0 only in entries of the log that an earlier release wrote, which
     *     looked at neither
     */
    record Dissolve(int limit, long bytes) implements Command {
        public static final long USUAL_BYTES = 256 << 10;

        public Dissolve(int limit) {
            this(limit, USUAL_BYTES);
        }
    }

    /**
     * States that the leader's state after entry {@code index} had this hash. A replica that
     * remembers another for that index knows that it has diverged (rule 9).
     */
    record Attest(long index, long hash) implements Command {}

    /** At most this many ids in one {@link ForgetRemoved}. */
    int MAX_FORGET = 4096;

    /** The longest grace, in seconds: a year. */
    long MAX_GRACE_SECONDS = 366L * 24 * 3600;

    /**
     * Of these removed ids, those that were removed before a time are dead from now on: their grace
     * is over (rule 5). The others stay as they are.
     *
     * @param ids at most {@link #MAX_FORGET}
     */
    record ForgetRemoved(Instant before, List<FileId> ids) implements Command {
        public ForgetRemoved {
            ids = List.copyOf(ids);
        }
    }

    /**
     * Lets nodes delete what is dead, or no longer (rule 4).
     *
     * @param graceSeconds how long what is removed is kept, from 1 to {@link #MAX_GRACE_SECONDS}; 0 leaves it as it is
     */
    record SetSweeping(boolean on, long graceSeconds) implements Command {}

    /**
     * How many masters the cluster is to have: one of {@link MasterCount#CHOICE}. The leader seats
     * and unseats nodes one by one until it has them.
     */
    record SetMasters(int masters) implements Command {}

    /** A row of the namespace's store, from a backup. */
    record Row(byte[] key, byte[] value) {}

    /** Rows of a backup come back into a namespace that is not founded; until {@link Restored} it stays unfounded. */
    record Restore(List<Row> rows) implements Command {
        public Restore {
            rows = List.copyOf(rows);
        }
    }

    /**
     * All rows of a backup are back: from now on this is the namespace, in the next epoch (rule 4),
     * with sweeping off and {@code master} as the only master. Nothing is left of sessions and open
     * saves.
     *
     * @param settings the backup's row of settings
     * @param epoch above that of the backup, and above any that the cluster had since
     */
    record Restored(byte[] settings, NodeId master, int epoch) implements Command {}
}
