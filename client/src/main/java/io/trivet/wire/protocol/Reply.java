package io.trivet.wire.protocol;

import io.trivet.model.Absence;
import io.trivet.model.Address;
import io.trivet.model.ChunkId;
import io.trivet.model.ClusterId;
import io.trivet.model.ClusterView;
import io.trivet.model.Debt;
import io.trivet.model.NodeId;
import io.trivet.model.Outcome;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.RepairReport;
import io.trivet.model.ScrubReport;
import io.trivet.model.SeatReport;
import io.trivet.model.Sha256;
import io.trivet.model.StorageReport;
import io.trivet.model.StoreReceipt;
import io.trivet.wire.credentials.Hmac;
import io.trivet.wire.receipt.NodeStatement;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A node's answer to a {@link Request}. */
public sealed interface Reply {
    record Refused(Refusal refusal) implements Reply {}

    record Done() implements Reply {}

    /**
     * The cluster as a node knows it.
     *
     * @param node the node that answers
     * @param view null if the caller's is as new
     * @param leader null if there is none
     * @param states what the leader knows of each node; empty from other nodes
     * @param event the leader's event number, which changes after anything that repair must look
     *     at; 0 from other nodes
     * @param timeMs the cluster's time in milliseconds since 1970; 0 from other nodes, and from a
     *     leader that does not know it yet
     * @param moved nodes that were heard from at other addresses than the view's; only in answers
     *     to nodes
     * @param batches whether the node that answers knows the requests for many chunks and many
     *     operations at once; false from an earlier release
     */
    record ViewOf(
            NodeId node,
            @Nullable ClusterView view,
            @Nullable NodeId leader,
            List<NodeState> states,
            long event,
            long timeMs,
            List<Moved> moved,
            boolean batches)
            implements Reply {
        public ViewOf {
            states = List.copyOf(states);
            moved = List.copyOf(moved);
        }

        /** From a node that does not lead. */
        public ViewOf(NodeId node, @Nullable ClusterView view, @Nullable NodeId leader, List<NodeState> states) {
            this(node, view, leader, states, 0, 0, List.of(), false);
        }
    }

    /**
     * A node at another address than the published one.
     *
     * @param version set by the node, which raises it with every change of address
     */
    record Moved(NodeId node, Address address, long version) {}

    /**
     * A node's current state, as the leader sees it.
     *
     * @param reachable whether to try it; for some seconds also one that was not heard from
     * @param heard whether the leader heard from it since the election; otherwise sizes and scrub
     *     are unknown
     * @param clockAheadMs how far its machine's clock is ahead of the cluster's time, if that is
     *     significant; else 0
     * @param seat its last report of its Raft member; empty if it was not heard from, or the leader
     *     is of an earlier release
     * @param absence {@link Absence#NONE} if it is present, or the leader is of an earlier release
     */
    record NodeState(
            NodeId node,
            boolean reachable,
            boolean heard,
            long usedBytes,
            long freeBytes,
            boolean acceptsChunks,
            ScrubReport scrub,
            StorageReport storage,
            long clockAheadMs,
            Optional<SeatReport> seat,
            Absence absence) {}

    record OutcomeOf(Outcome outcome) implements Reply {}

    /**
     * A node has joined.
     *
     * @param chain X.509, its certificate and the authority's; empty in a plaintext cluster
     */
    record Entered(NodeId node, ClusterId cluster, List<byte[]> chain) implements Reply {
        public Entered {
            chain = List.copyOf(chain);
        }
    }

    record AnswerOf(QueryResult queryResult) implements Reply {}

    /**
     * A chunk was stored: {@code holders} have it on stable storage, {@code failures} do not.
     *
     * @param length bytes received
     * @param crc32c of the bytes received
     * @param sha256 in the holders' trailers; null if the sender stated none
     */
    record Stored(
            List<Holder> holders,
            List<Failure> failures,
            int length,
            int crc32c,
            @Nullable Sha256 sha256) implements Reply {
        public Stored {
            holders = List.copyOf(holders);
            failures = List.copyOf(failures);
        }

        /** Without SHA-256. */
        public Stored(List<Holder> holders, List<Failure> failures, int length, int crc32c) {
            this(holders, failures, length, crc32c, null);
        }
    }

    /**
     * A node that has a chunk on stable storage, and its loss epoch at that time.
     *
     * @param receipt for the leader; null if the node does not know the keys yet
     */
    record Holder(NodeId node, long lossEpoch, @Nullable StoreReceipt receipt) {
        public Holder(NodeId node, long lossEpoch) {
            this(node, lossEpoch, null);
        }
    }

    record Failure(NodeId node, Refusal refusal) {}

    /** One answer for each of many operations or questions, in order; some may be {@link Refused}. */
    record Each(List<Reply> answers) implements Reply {
        public Each {
            answers = List.copyOf(answers);
        }
    }

    /** What became of each of many chunks, in order. */
    record StoredEach(List<Stored> stored) implements Reply {
        public StoredEach {
            stored = List.copyOf(stored);
        }
    }

    /** What becomes of each of many chunks, in order. The bytes of those not refused follow. */
    record FetchedEach(List<FetchedChunk> chunks) implements Reply {
        public FetchedEach {
            chunks = List.copyOf(chunks);
        }
    }

    /**
     * One of many chunks that were asked for.
     *
     * @param refusal null if its bytes follow
     * @param sha256 in its trailer; null if unknown
     */
    record FetchedChunk(@Nullable Refusal refusal, @Nullable Sha256 sha256) {}

    /**
     * {@code length} bytes from {@code offset} on follow as pieces; the whole chunk has {@code
     * chunkLength} bytes.
     */
    record Fetched(int offset, int length, int chunkLength) implements Reply {}

    /** Those of the requested chunks that the node holds, and its loss epoch before it looked. */
    record Has(List<Held> held, long lossEpoch) implements Reply {
        public Has {
            held = List.copyOf(held);
        }
    }

    /**
     * A chunk that a node holds.
     *
     * @param sha256 null if unknown, because an earlier release stored the chunk
     */
    record Held(
            ChunkId chunk, int length, int crc32c, @Nullable Sha256 sha256) {
        public Held(ChunkId chunk, int length, int crc32c) {
            this(chunk, length, crc32c, null);
        }

        /** Whether both may be the same bytes (rule 1): equal in everything that both know. */
        public boolean agreesWith(Held other) {
            return length == other.length && crc32c == other.crc32c && Sha256.agree(sha256, other.sha256);
        }
    }

    /** The answer to a message of the quorum; the message is the frame's body. */
    record QuorumReply() implements Reply {}

    /** The results for the first of the requested chunks, one or more, in the same order. */
    record Verified(List<Checked> checked) implements Reply {
        public Verified {
            checked = List.copyOf(checked);
        }
    }

    /**
     * A chunk that a node was asked to verify. Length and checksums are computed from what was just
     * read; 0 and null unless the replica is sound.
     */
    record Checked(
            ChunkId chunk,
            Condition condition,
            int length,
            int crc32c,
            @Nullable Sha256 sha256) {
        public Checked(ChunkId chunk, Condition condition, int length, int crc32c) {
            this(chunk, condition, length, crc32c, null);
        }
    }

    /** The condition of a replica. */
    enum Condition {
        SOUND,
        /** It was bad and is now in quarantine. */
        BAD,
        ABSENT
    }

    /**
     * A node's signed statement about a file.
     *
     * @param line the text of a {@link NodeStatement}
     * @param chain X.509, its certificate and the authority's
     */
    record Signed(String line, byte[] signature, List<byte[]> chain) implements Reply {
        public Signed {
            chain = List.copyOf(chain);
        }
    }

    /** What a node holds, slot by slot, in the order of the request. */
    record Digests(List<SlotDigest> digests) implements Reply {
        public Digests {
            digests = List.copyOf(digests);
        }
    }

    /**
     * The digest of what a node holds in a slot. Two nodes with the same replicas have the same
     * digest; it is updated chunk by chunk.
     *
     * @param known false while the node has not listed the slot yet; the other fields are then
     *     meaningless
     * @param count of chunks
     * @param bytes of chunks
     * @param high upper half of the sum of a hash of each chunk's name, length and checksum
     * @param low lower half of that sum
     */
    record SlotDigest(boolean known, long count, long bytes, long high, long low) {
        public static final SlotDigest UNKNOWN = new SlotDigest(false, 0, 0, 0, 0);

        /** Count and bytes, without the sum. */
        public SlotDigest size() {
            return new SlotDigest(known, count, bytes, 0, 0);
        }
    }

    /** A page of a slot; {@code more}: chunks follow after the last of these. */
    record Names(List<Held> held, boolean more) implements Reply {
        public Names {
            held = List.copyOf(held);
        }
    }

    /**
     * Those of the requested chunks that this node has just read back and will keep (rule 6). The
     * others may be requested again.
     */
    record Promised(List<ChunkId> chunks) implements Reply {
        public Promised {
            chunks = List.copyOf(chunks);
        }
    }

    record DebtOf(Debt debt) implements Reply {}

    /** A report for each node of the cluster. */
    record Reports(List<NodeReport> reports) implements Reply {
        public Reports {
            reports = List.copyOf(reports);
        }
    }

    /** A node's last report to this leader; {@code present}: within the last seconds. */
    record NodeReport(NodeId node, boolean present, RepairReport report) {}

    /**
     * What a node sees of the server that it examines.
     *
     * @param now by the node's clock
     * @param seenFrom the IP address that the request came from
     * @param resolved the IP addresses to which this node resolves the name in the request
     * @param reached whether a connection to that address could be made
     * @param reason why not; empty if it could
     */
    record Examined(Instant now, String seenFrom, List<String> resolved, boolean reached, String reason)
            implements Reply {
        public Examined {
            resolved = List.copyOf(resolved);
        }
    }

    /** Valid for one login on this connection. */
    record Challenged(byte[] nonce) implements Reply {
        public Challenged {
            if (nonce.length != Request.NONCE_BYTES) {
                throw new IllegalArgumentException("a nonce has " + Request.NONCE_BYTES + " bytes");
            }
        }
    }

    /** The login succeeded; {@code proof} shows that the listener knows the secret too. */
    record LoggedIn(byte[] proof) implements Reply {}

    /** Bytes that only the holder of the key can decrypt. */
    record Sealed(byte[] bytes) implements Reply {}

    /**
     * What a node needs to serve a user whose signature the leader has checked.
     *
     * @param signingKey checks further signatures of the same day and region
     * @param loginKey of {@link io.trivet.wire.credentials.DelegatedLogin}
     * @param untilMs when both end, in milliseconds since 1970 by the cluster's clock
     * @param validMs the same from now on
     */
    record Delegated(byte[] signingKey, byte[] loginKey, long untilMs, long validMs) implements Reply {
        public Delegated {
            if (signingKey.length != Hmac.BYTES || loginKey.length != Hmac.BYTES) {
                throw new IllegalArgumentException("the keys of a delegation have " + Hmac.BYTES + " bytes");
            }
        }

        /** Without the keys. */
        @Override
        public String toString() {
            return "Delegated";
        }
    }

    record TokenKeys(List<TokenKey> keys) implements Reply {
        public TokenKeys {
            keys = List.copyOf(keys);
        }
    }

    /** The key that signs and verifies chunk tokens for one period. */
    record TokenKey(long id, byte[] key) {}

    /**
     * An answer and a token for the chunks that it names: signed bytes, valid for {@code validMs}
     * from now on.
     */
    record WithToken(Reply reply, byte[] token, long validMs) implements Reply {}
}
