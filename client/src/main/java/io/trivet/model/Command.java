package io.trivet.model;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A change of the namespace: an entry of the quorum's log. Its effect is a function of the state
 * and the command alone; the time comes with the batch that carries it.
 */
public sealed interface Command {
    /** Tokens are stored as the SHA-256 of their secret: 32 bytes, in hexadecimal. */
    int TOKEN_HASH_CHARACTERS = 64;

    /** The most file ids in one {@link Reserve}. */
    int MAX_RESERVE = 4096;

    /**
     * Founds a cluster. Its first node becomes n0 and the first master. Answered with {@link
     * Outcome.Joined}.
     *
     * @param replicasWanted R, or 0 for 1 while there is one node, 2 from the second node on
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
     * Issues a join token: {@code uses} nodes may join with it until {@code expires}.
     *
     * @param validFor from a client, the token's lifetime: the leader adds it to the cluster's time
     *     to get {@code expires}. Zero in the log, and where {@code expires} is given
     */
    record IssueToken(String secretHash, Instant expires, int uses, Duration validFor) implements Command {
        /** With a fixed time of expiry. */
        public IssueToken(String secretHash, Instant expires, int uses) {
            this(secretHash, expires, uses, Duration.ZERO);
        }
    }

    /**
     * Revokes a join token. {@code id} is the first characters of its {@code secretHash}, as in
     * {@link OpenToken#id}.
     */
    record RevokeToken(String id) implements Command {}

    /**
     * A node joins. Idempotent: a {@code nodeKey} that has joined before gets the same node id
     * again, and no use of the token is counted. While no file id was ever issued, a fresh layout
     * takes the node in. Answered with {@link Outcome.Joined}.
     */
    record Join(String secretHash, UUID nodeKey, Address address, int weight, String zone) implements Command {}

    /** Records whether a node is a voter of the quorum. */
    record Seat(NodeId node, boolean master) implements Command {}

    /** Changes a node's published address. */
    record Move(NodeId node, Address address) implements Command {}

    /**
     * A node lost data that it had acknowledged: its loss epoch is raised to at least {@code
     * lossEpoch} (rule 7).
     */
    record RaiseLossEpoch(NodeId node, long lossEpoch) implements Command {}

    /**
     * Publishes a layout by compare-and-set: {@code STALE} unless its version is one above the
     * newest.
     */
    record PublishLayout(Layout layout) implements Command {}

    /**
     * Drops every published layout except the newest, because every slot is proven to be settled.
     * {@code STALE} if {@code version} is not the newest.
     */
    record SettleLayout(long version) implements Command {}

    /**
     * An operator's change of the layout and of the facts behind it, in one step. Compare-and-set
     * as in {@link PublishLayout}, so if two operators planned from the same layout, one is
     * refused. The replaced table is kept as {@link ClusterView#before}. Nodes that the new layout
     * names are no longer waiting.
     *
     * @param changes the new facts of the nodes that change
     * @param replicasWanted R, which the layout must have; 0 leaves it unchanged
     */
    record Rearrange(Layout layout, List<Change> changes, int replicasWanted) implements Command {
        public Rearrange {
            changes = List.copyOf(changes);
        }
    }

    /** The new facts of a node. {@code REMOVED} cannot be undone. */
    record Change(NodeId node, AdminState adminState, int chosenPercent, String zone) {}

    /**
     * Records the capacity of a node's disks. The leader sends it when the capacity has changed by
     * more than a little.
     */
    record Measure(NodeId node, long capacityBytes) implements Command {}

    /**
     * Changes how replicas are moved.
     *
     * @param paused null leaves it unchanged; so does a null {@code automatic}
     * @param bytesPerSecond -1 leaves it unchanged; 0 means each node's own limit
     */
    record SetRebalancing(
            @Nullable Boolean paused,
            long bytesPerSecond,
            @Nullable Boolean automatic) implements Command {}

    /** Forgets a removed node. Refused while a published layout or a seat names it. */
    record ForgetNode(NodeId node) implements Command {}

    /**
     * Begins a session. Answered with {@link Outcome.SessionOpened}. It has no operation number: if
     * the answer is lost, the session expires.
     *
     * @param user the owner; no other user's operations are accepted in the session. The leader
     *     sets it and ignores what a client sends
     */
    record OpenSession(String user) implements Command {
        public OpenSession() {
            this("");
        }
    }

    /** The most bytes of a wrapped secret. */
    int MAX_WRAPPED = 512;

    /**
     * Adds a user, who may do only what is granted here.
     *
     * @param secret wrapped: from a client under its own secret, in the log under the cluster's
     *     keys
     */
    record AddUser(String name, byte[] secret, List<Grant> grants) implements Command {
        public AddUser {
            grants = List.copyOf(grants);
        }
    }

    /**
     * Replaces a user's secret; the old one is invalid from then on. Wrapped as in {@link AddUser}.
     */
    record RotateSecret(String name, byte[] secret) implements Command {}

    /**
     * Replaces the cluster's keys. The namespace sets the succession's {@link
     * KeySuccession#tokensFrom}.
     *
     * @param before how many successions there were before; a repeated command is refused
     */
    record Rekey(int before, KeySuccession keySuccession) implements Command {}

    /**
     * Stores a user's secret wrapped under other keys. The secret itself does not change, so logins
     * stay valid.
     *
     * @param mark of the secret that was wrapped again; does nothing if the secret was replaced
     *     since
     */
    record Rewrap(String name, long mark, byte[] secret) implements Command {}

    /** Removes a user. The last administrator of the cluster cannot be removed. */
    record RemoveUser(String name) implements Command {}

    /** Adds a group without members and rights. */
    record AddGroup(String name) implements Command {}

    /** Removes a group. Its members lose what was granted to it. */
    record RemoveGroup(String name) implements Command {}

    /** Puts a user into a group or takes it out. */
    record SetMember(String group, String user, boolean member) implements Command {}

    /**
     * Replaces the rights of a user, or of a group if the name begins with {@link Group#MARK}, at
     * one path. No rights: the grant is deleted.
     */
    record SetRights(String name, Grant grant) implements Command {}

    /** The most directories with a quota. */
    int MAX_QUOTAS = 10_000;

    /**
     * Sets the quota of a directory. The first quota of a cluster begins the counting: see {@link
     * CountUse}.
     *
     * @param bytes {@link Quota#NO_LIMIT} for no limit, null to leave it unchanged; {@code files}
     *     likewise
     */
    record SetQuota(
            RemotePath directory,
            @Nullable Long bytes,
            @Nullable Long files) implements Command {}

    /** The most names in one {@link CountUse}. */
    int MAX_COUNTED = 10_000;

    /**
     * Counts some of the files and directories that existed before the first quota or limit. Newer
     * ones are counted when they are made.
     *
     * @param limit number of names, 1 to {@link #MAX_COUNTED}
     */
    record CountUse(int limit) implements Command {}

    /**
     * Sets what a user may have and request, as in {@link UserLimits}. -1 for sessions or requests
     * restores the default.
     *
     * @param bytes null leaves it unchanged; so do the other nulls
     */
    record SetLimits(
            String name,
            @Nullable Long bytes,
            @Nullable Long files,
            @Nullable Integer sessions,
            @Nullable Integer requests)
            implements Command {}

    /**
     * Ends a session, by its client or because the client was silent for too long. Its open saves
     * are abandoned, its outcomes forgotten.
     */
    record EndSession(SessionId session) implements Command {}

    /**
     * Opens saves: issues {@code count} consecutive file ids, each with the slot of its first
     * chunk. Answered with {@link Outcome.Reserved}.
     *
     * @param count 1 to {@link #MAX_RESERVE}
     * @param size bytes of the file if one id is requested and the size is known, else -1
     * @param resumeKey the key with which another session may {@link Adopt} it; 0 if none may
     * @param chunkSize of the files; {@link #SMALLEST_CHOSEN} or more and at most the cluster's, or
     *     null for the cluster's
     */
    record Reserve(
            int count, long size, long resumeKey, @Nullable ChunkSize chunkSize) implements Command {
        /** With smaller chunks, nodes would spend more on each file than on its bytes. */
        public static final ChunkSize SMALLEST_CHOSEN = new ChunkSize(1 << 20);

        /** The least bytes of a chosen chunk, in a cluster whose chunks have {@code usual} bytes. */
        public static int leastChosen(ChunkSize usual) {
            return Math.min(SMALLEST_CHOSEN.bytes(), usual.bytes());
        }

        /**
         * Why a chunk size cannot be chosen in a cluster with this usual one; empty if it can. The
         * words are those of a refusal, so they stay as they are.
         */
        public static Optional<String> notChosen(ChunkSize chosen, ChunkSize usual) {
            int least = leastChosen(usual);
            return chosen.bytes() >= least && chosen.bytes() <= usual.bytes()
                    ? Optional.empty()
                    : Optional.of("chunks have " + least + " to " + usual.bytes() + " bytes in this cluster, not "
                            + chosen.bytes());
        }

        public Reserve(int count, long size) {
            this(count, size, 0);
        }

        /** With the cluster's chunk size. */
        public Reserve(int count, long size, long resumeKey) {
            this(count, size, resumeKey, null);
        }
    }

    /**
     * Takes over an open save from the session of a client that died. A commit that the old session
     * may still send is refused. Needs the key given in the reservation. Answered with the {@link
     * Outcome.Reserved} of the reservation.
     */
    record Adopt(FileId file, long resumeKey) implements Command {}

    /**
     * Commits a save: only now the name exists or changes. Missing parents are made; a file of that
     * name is replaced. Needs the open row of its id, made by the same session. Answered with
     * {@link Outcome.Committed}.
     *
     * @param relied the nodes that acknowledged its replicas
     * @param sha256 of the whole file, see {@link Sha256}; null only in log entries of earlier
     *     releases
     * @param proofs of its chunks, in order, for the leader to check; empty for a file of more than
     *     {@link #MAX_PROVEN} chunks, and always empty in the log
     * @param attributes of the file
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
            List<Proof> proofs,
            Attributes attributes)
            implements Command {
        public Commit {
            relied = List.copyOf(relied);
            proofs = List.copyOf(proofs);
        }

        /** Without attributes. */
        public Commit(
                FileId file,
                RemotePath path,
                long size,
                int crc32c,
                Instant modified,
                String owner,
                int mode,
                List<Reliance> relied,
                @Nullable Sha256 sha256,
                List<Proof> proofs) {
            this(file, path, size, crc32c, modified, owner, mode, relied, sha256, proofs, Attributes.NONE);
        }

        /** Without proofs, as in the log. */
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

        /** Without SHA-256. */
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

    /**
     * Replaces chunks of a file, adds some, or cuts it: the file gets a new id, under which the new
     * chunks are stored, and keeps the others, its owner, mode and attributes. Nothing goes into the
     * trash. Refused as {@link Refusal.Kind#CONDITION_FAILED} unless {@code base} is at the path.
     * Answered with {@link Outcome.Committed}.
     *
     * @param file an open save of the session, with the file's chunk size
     * @param crc32c of the whole file
     * @param sha256 of the whole file; null if the client does not know it
     * @param chunks the new ones, in order: see {@link FileRecord#changed}
     * @param relied the nodes that acknowledged their replicas
     * @param proofs of the new chunks, at most {@link #MAX_PROVEN}; empty in the log
     */
    record ChangeFile(
            FileId file,
            RemotePath path,
            FileId base,
            long size,
            int crc32c,
            @Nullable Sha256 sha256,
            List<ChunkRange> chunks,
            Instant modified,
            List<Reliance> relied,
            List<Proof> proofs)
            implements Command {
        public ChangeFile {
            chunks = List.copyOf(chunks);
            relied = List.copyOf(relied);
            proofs = List.copyOf(proofs);
        }
    }

    /**
     * Changes what is kept beside the content of a file, or of a directory, which has no
     * attributes. The content and its id stay.
     *
     * @param mode null leaves it as it is, like {@code modified}, {@code attributes} and {@code
     *     owner}
     * @param attributes all of them from now on
     * @param owner whose limits count a file from now on
     * @param any whether it may be a directory; needed for an owner. Earlier releases know neither
     */
    record SetMetadata(
            RemotePath path,
            @Nullable Integer mode,
            @Nullable Instant modified,
            @Nullable Attributes attributes,
            @Nullable String owner,
            boolean any)
            implements Command {
        public SetMetadata {
            if (owner != null && !any) {
                throw new IllegalArgumentException("earlier releases changed no owner");
            }
        }

        /** Of a file, and not its owner. */
        public SetMetadata(
                RemotePath path, @Nullable Integer mode, @Nullable Instant modified, @Nullable Attributes attributes) {
            this(path, mode, modified, attributes, null, false);
        }
    }

    /**
     * Copies a file without a byte being moved: the new file has the content of the old one, which
     * is kept until the last file with it is gone. Missing parents are made; a file at {@code to}
     * is replaced. Answered with {@link Outcome.Committed}.
     *
     * @param owner of the new file; from a client empty
     * @param modified null for that of the source; so for {@code mode} and {@code attributes}
     */
    record Copy(
            RemotePath from,
            RemotePath to,
            String owner,
            @Nullable Instant modified,
            @Nullable Integer mode,
            @Nullable Attributes attributes)
            implements Command {}

    /**
     * Makes an empty file or a symbolic link, which have no chunk. Missing parents are made; a file of that name is
     * replaced. The file's id comes from the state machine. Answered with {@link
     * Outcome.Committed}.
     *
     * @param owner from a client empty
     * @param linkTarget where a symbolic link leads, 1 to {@link FileRecord#MAX_LINK_BYTES} bytes;
     *     empty for an empty file
     */
    record Create(RemotePath path, String owner, Instant modified, int mode, Attributes attributes, String linkTarget)
            implements Command {}

    /**
     * Begins an {@link Upload}: issues its file id. It belongs to no session, and ends when it is
     * completed or aborted, or after {@link #UPLOAD_DAYS}. Answered with {@link Outcome.Reserved}.
     *
     * @param user who begins it; from a client empty
     */
    record BeginUpload(RemotePath path, String user, long pieceBytes, ChunkSize chunkSize) implements Command {}

    /** How long an upload may take, in days. */
    int UPLOAD_DAYS = 7;

    /**
     * Records a piece whose chunks are stored. A piece that was recorded before is recorded anew;
     * its chunks are the same, since nodes refuse another content under one chunk id (rule 1).
     *
     * @param length at most the upload's {@link Upload#pieceBytes}
     * @param chunks in order; in the log without receipts
     * @param relied the nodes that acknowledged its replicas
     */
    record PutPiece(FileId file, int piece, long length, List<Proof> chunks, List<Reliance> relied, String tag)
            implements Command {
        public PutPiece {
            chunks = List.copyOf(chunks);
            relied = List.copyOf(relied);
            Piece.requireTag(tag);
        }
    }

    /**
     * Gives the pieces 1 to {@code pieces} of an upload their name, like {@link Commit}. All but
     * the last must be full, and there must be no other. No byte is moved. Answered with {@link
     * Outcome.Committed}.
     *
     * @param path that of the upload
     * @param owner from a client empty
     */
    record CompleteUpload(
            FileId file, RemotePath path, int pieces, Instant modified, String owner, int mode, Attributes attributes)
            implements Command {}

    /** Gives up an upload; its chunks are removed later. No error if there is none. */
    record AbortUpload(FileId file) implements Command {}

    /**
     * The most chunks with proofs in one commit, so that it stays far below the limit of a
     * request's bytes.
     */
    int MAX_PROVEN = 4096;

    /**
     * The checksums of a chunk in a commit, and the receipts of its holders.
     *
     * @param receipts empty if an earlier process of the client stored the chunk; then the leader
     *     asks the holders
     */
    record Proof(int crc32c, Sha256 sha256, List<StoreReceipt> receipts) {
        public Proof {
            receipts = List.copyOf(receipts);
        }
    }

    /** A node that acknowledged chunks of a save, with its loss epoch at that time. */
    record Reliance(NodeId node, long lossEpoch) {}

    /**
     * Gives up what is still open of the reservation that begins with {@code file}. Committed names
     * stay.
     */
    record Abandon(FileId file) implements Command {}

    /**
     * Makes a directory and its missing parents. No error if it exists; it then stays as it is.
     *
     * @param owner of all that are made; from a client empty
     * @param mode of the last; null for the usual one, which the others have
     * @param modified of the last; null for the time of the log entry
     */
    record MakeDirectory(
            RemotePath path,
            String owner,
            @Nullable Integer mode,
            @Nullable Instant modified) implements Command {
        /** As earlier releases do: nobody's. */
        public MakeDirectory(RemotePath path) {
            this(path, "", null, null);
        }

        /** Whether earlier releases know it. */
        public boolean isPlain() {
            return owner.isEmpty() && mode == null && modified == null;
        }
    }

    /**
     * Renames a file or directory in one step. A file may replace a file. Refused: anything else
     * that exists at {@code to}, a missing parent, a directory moved into itself, and a name below
     * it whose path would become too long.
     *
     * @param bounded whether the lengths of paths below are checked; false only in log entries of
     *     earlier releases
     * @param overEmpty whether a directory may replace an empty directory; {@code NOT_EMPTY} for
     *     another one
     */
    record Rename(RemotePath from, RemotePath to, boolean bounded, boolean overEmpty) implements Command {
        public Rename {
            if (overEmpty && !bounded) {
                throw new IllegalArgumentException("no earlier release replaced directories");
            }
        }

        public Rename(RemotePath from, RemotePath to) {
            this(from, to, true, false);
        }
    }

    /**
     * Removes a file or an empty directory; with {@code recursive}, a directory and all below it,
     * in one step.
     *
     * @param now removes it for ever, without the trash
     */
    record Remove(RemotePath path, boolean recursive, boolean now) implements Command {
        public Remove(RemotePath path, boolean recursive) {
            this(path, recursive, false);
        }
    }

    /** The longest time in the trash, in seconds: a year. */
    long MAX_TRASH_SECONDS = 366L * 24 * 3600;

    /**
     * Sets how long removed and replaced files stay in the trash: 0 (no trash) to {@link
     * #MAX_TRASH_SECONDS}. Also applies to files that are in it already.
     */
    record SetTrash(long seconds) implements Command {}

    /**
     * Restores a file from the trash under this name and makes missing parents. {@code
     * ALREADY_EXISTS} if the name is taken; {@code NO_SUCH_FILE} if the file is no longer in the
     * trash.
     */
    record Untrash(FileId file, RemotePath path) implements Command {}

    /**
     * Discards those of these ids that went into the trash before a time: they count as removed,
     * and their grace begins (rule 5). Other ids are left unchanged.
     *
     * @param ids at most {@link #MAX_FORGET}
     */
    record Discard(Instant before, List<FileId> ids) implements Command {
        public Discard {
            ids = List.copyOf(ids);
        }
    }

    /**
     * Takes apart some of what recursive removals detached.
     *
     * @param limit the most names
     * @param bytes about the most bytes of rows to write, but at least one name; paths in the trash
     *     are then valid. 0 only in log entries of earlier releases, which checked neither
     */
    record Dissolve(int limit, long bytes) implements Command {
        public static final long USUAL_BYTES = 256 << 10;

        public Dissolve(int limit) {
            this(limit, USUAL_BYTES);
        }
    }

    /**
     * States the hash of the leader's state after entry {@code index}. A replica with another hash
     * for that index has diverged (rule 9).
     */
    record Attest(long index, long hash) implements Command {}

    /** The most ids in one {@link ForgetRemoved} or {@link Discard}. */
    int MAX_FORGET = 4096;

    /** The longest grace, in seconds: a year. */
    long MAX_GRACE_SECONDS = 366L * 24 * 3600;

    /**
     * Declares dead those of these removed ids that were removed before a time: their grace is over
     * (rule 5). Other ids are left unchanged.
     *
     * @param ids at most {@link #MAX_FORGET}
     */
    record ForgetRemoved(Instant before, List<FileId> ids) implements Command {
        public ForgetRemoved {
            ids = List.copyOf(ids);
        }
    }

    /**
     * Enables or disables the deletion of chunks of dead ids (rule 4).
     *
     * @param graceSeconds how long chunks of removed files are kept, 1 to {@link
     *     #MAX_GRACE_SECONDS}; 0 leaves it unchanged
     */
    record SetSweeping(boolean on, long graceSeconds) implements Command {}

    /**
     * Sets the number of masters: one of {@link MasterCount#CHOICE}. The leader then gives seats to
     * nodes or takes them away, one by one.
     */
    record SetMasters(int masters) implements Command {}

    /** A row of the namespace's store in a backup. */
    record Row(byte[] key, byte[] value) {}

    /**
     * Adds rows of a backup to a namespace that is not founded. It stays unfounded until {@link
     * Restored}.
     */
    record Restore(List<Row> rows) implements Command {
        public Restore {
            rows = List.copyOf(rows);
        }
    }

    /**
     * Ends a restore: the restored rows become the namespace, in a new epoch (rule 4), with
     * sweeping off and {@code master} as the only master. Sessions and open saves are dropped.
     *
     * @param settings the backup's row of settings
     * @param epoch higher than that of the backup and any that the cluster has had since
     */
    record Restored(byte[] settings, NodeId master, int epoch) implements Command {}
}
