package io.trivet.wire.protocol;

import io.trivet.model.Address;
import io.trivet.model.CallerIdentity;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkSize;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Query;
import io.trivet.model.RemotePath;
import io.trivet.model.RepairReport;
import io.trivet.model.ScrubReport;
import io.trivet.model.SeatReport;
import io.trivet.model.SessionId;
import io.trivet.model.Slot;
import io.trivet.model.StorageReport;
import io.trivet.wire.credentials.ChallengeResponse;
import io.trivet.wire.credentials.Hmac;
import io.trivet.wire.credentials.JoinProof;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Everything that can be asked of a node. {@code wire.proto} says how each is answered. */
public sealed interface Request {
    /** At most this many chunks in one {@link HasChunk}. */
    int MAX_ASKED = 10_000;

    /** At most this many nodes in a chain. */
    int MAX_CHAIN = 16;

    /** The cluster as this node knows it. */
    record GetView() implements Request {}

    /** At most this many bytes of a {@link EnterCluster#signingRequest}. */
    int MAX_SIGNING_REQUEST = 4096;

    /** At most this many bytes in {@link KeepKeys}. */
    int MAX_KEYS = 64 << 10;

    /**
     * A server, before or after it joins, asks what the node sees of it.
     *
     * @param address where it means to listen; the node tries it only if it is the very server that
     *     asks, so that nobody can have others probed
     */
    record Examine(Address address) implements Request {}

    /**
     * A new node asks the leader to be let in.
     *
     * @param proof of the join token's secret, for this connection
     * @param nodeKey by which it is known when it asks again
     * @param signingRequest PKCS #10, signed with the key that {@code nodeKey} stands for; empty
     *     where the cluster speaks plaintext
     */
    record EnterCluster(JoinProof proof, UUID nodeKey, Address address, byte[] signingRequest) implements Request {
        public EnterCluster {
            requireAtMost(signingRequest, MAX_SIGNING_REQUEST);
        }

        /** Without the proof. */
        @Override
        public String toString() {
            return "EnterCluster " + nodeKey + " " + address;
        }
    }

    /**
     * The cluster is to have other keys.
     *
     * @param before how often they were changed before
     * @param overlap for so long what was made with the keys of now is believed
     */
    record Rekey(int before, Duration overlap) implements Request {}

    /** A master that lacks keys of the cluster asks another one. */
    record GetClusterKeys() implements Request {}

    /** A member asks the leader for a new certificate for the key that it joined with. */
    record RenewCertificate(byte[] signingRequest) implements Request {
        public RenewCertificate {
            requireAtMost(signingRequest, MAX_SIGNING_REQUEST);
        }
    }

    /**
     * The leader gives the cluster's keys to a master, or to a node that is about to be one; on its
     * answer they are on stable storage there.
     *
     * @param file sealed under the secret of nodes where the cluster speaks plaintext
     */
    record KeepKeys(byte[] file) implements Request {
        public KeepKeys {
            requireAtMost(file, MAX_KEYS);
        }

        /** Without the keys. */
        @Override
        public String toString() {
            return "KeepKeys";
        }
    }

    private static void requireAtMost(byte[] bytes, int most) {
        if (bytes.length > most) {
            throw new IllegalArgumentException("at most " + most + " bytes, not " + bytes.length);
        }
    }

    /**
     * A node tells the leader that it lives, how it does, and where it listens; other masters only
     * when it finds no leader.
     *
     * @param instance another one at each start of the process; empty from an earlier release
     * @param clockMs by the clock of its machine; 0 where it does not say
     * @param addressVersion raised whenever it has another address
     */
    record Heartbeat(
            NodeId node,
            Address address,
            long viewVersion,
            long usedBytes,
            long freeBytes,
            long capacityBytes,
            boolean acceptsChunks,
            long lossEpoch,
            ScrubReport scrub,
            RepairReport repair,
            SeatReport seat,
            StorageReport storage,
            String instance,
            long clockMs,
            long addressVersion)
            implements Request {
        /** Of a node that says nothing of its disks, nor which start of its process it is, nor what time it has. */
        public Heartbeat(
                NodeId node,
                Address address,
                long viewVersion,
                long usedBytes,
                long freeBytes,
                long capacityBytes,
                boolean acceptsChunks,
                long lossEpoch,
                ScrubReport scrub,
                RepairReport repair,
                SeatReport seat) {
            this(
                    node,
                    address,
                    viewVersion,
                    usedBytes,
                    freeBytes,
                    capacityBytes,
                    acceptsChunks,
                    lossEpoch,
                    scrub,
                    repair,
                    seat,
                    StorageReport.NONE,
                    "",
                    0,
                    0);
        }

        /** Whether none of its disks can be written, so that it cannot hold its slots. A full one can. */
        public boolean withoutDisk() {
            return switch (storage.state()) {
                case WRITABLE, FULL -> false;
                case READ_ONLY, FAILED -> true;
            };
        }
    }

    /** A change of the namespace; the leader answers. */
    record Submit(Operation operation) implements Request {}

    /** A read of the namespace; the leader answers. */
    record Ask(Query query) implements Request {}

    /** The client of this session lives; the leader answers. */
    record KeepSession(SessionId session) implements Request {}

    /**
     * A chunk to store and to forward down the chain; its bytes follow as pieces.
     *
     * @param first slot of the file's first chunk
     * @param chain the nodes to forward to, in order
     * @param hop 0 at the node that hears from the writer itself
     * @param checkSha256 whether the node computes the SHA-256 of what arrives, and does not keep
     *     what is not as it is told
     */
    record StoreChunk(
            ChunkId chunk,
            Slot first,
            ChunkSize chunkSize,
            int length,
            boolean last,
            RemotePath path,
            List<NodeId> chain,
            int hop,
            boolean checkSha256)
            implements Request {
        /** Of a writer who is trusted to say what the SHA-256 is. */
        public StoreChunk(
                ChunkId chunk,
                Slot first,
                ChunkSize chunkSize,
                int length,
                boolean last,
                RemotePath path,
                List<NodeId> chain,
                int hop) {
            this(chunk, first, chunkSize, length, last, path, chain, hop, false);
        }

        public StoreChunk {
            chain = List.copyOf(chain);
            if (length < 0 || length > chunkSize.bytes()) {
                throw new IllegalArgumentException(
                        "a chunk of " + length + " bytes is longer than " + chunkSize.bytes());
            }
            if (chain.size() > MAX_CHAIN || hop < 0 || hop > MAX_CHAIN) {
                throw new IllegalArgumentException("a chain has at most " + MAX_CHAIN + " nodes");
            }
        }

        /** What the next node of the chain is asked. */
        public StoreChunk forNext() {
            return new StoreChunk(
                    chunk, first, chunkSize, length, last, path, chain.subList(1, chain.size()), hop + 1, checkSha256);
        }
    }

    /** The node has this chunk and sends it down the chain. */
    record ForwardChunk(ChunkId chunk, Slot first, List<NodeId> chain) implements Request {
        public ForwardChunk {
            chain = List.copyOf(chain);
            if (chain.isEmpty() || chain.size() > MAX_CHAIN) {
                throw new IllegalArgumentException("a chain has 1 to " + MAX_CHAIN + " nodes");
            }
        }
    }

    /** Bytes of a chunk, from a multiple of 64 KiB on. */
    record FetchChunk(ChunkId chunk, Slot first, int offset, int length) implements Request {
        public FetchChunk {
            if (offset < 0 || offset % ChunkSize.BLOCK_BYTES != 0 || length < 0) {
                throw new IllegalArgumentException("bytes are asked for from a multiple of 64 KiB on, not " + offset);
            }
        }
    }

    /** Which of these chunks, all of files that begin in slot {@code first}, does the node hold? */
    record HasChunk(Slot first, List<ChunkId> chunks) implements Request {
        public HasChunk {
            chunks = List.copyOf(chunks);
            if (chunks.size() > MAX_ASKED) {
                throw new IllegalArgumentException("at most " + MAX_ASKED + " chunks are asked for at once");
            }
        }
    }

    /** A reader found this node's replica bad or missing: it should look. */
    record ReportChunk(ChunkId chunk, Slot first, String reason) implements Request {}

    /**
     * The leader is about to make this node a voter of the quorum: it starts its part.
     *
     * @param epoch of the leader's namespace: a seat is of one epoch (rule 8)
     */
    record TakeSeat(int epoch) implements Request {}

    /**
     * This node is no voter of the quorum of that epoch any more: it stops its part, and keeps its
     * log in case it gets a seat again.
     */
    record LeaveSeat(int epoch) implements Request {}

    /** A message of the quorum from one master to another; its bytes are the frame's body. */
    record QuorumCall(String method) implements Request {}

    /**
     * All of the namespace as it is now; the leader answers.
     *
     * @param newerThan nothing is sent unless a later entry of the log than this one was applied; 0 for all cases
     */
    record BackUp(long newerThan) implements Request {}

    /** At most this many chunks in one {@link VerifyChunks}. */
    int MAX_VERIFIED = 64;

    /**
     * The node reads these chunks, all of one file that begins in slot {@code first}, and
     * quarantines its bad replicas. It may stop early so that its answer comes in time; the rest is
     * to be asked for again.
     */
    record VerifyChunks(Slot first, List<ChunkId> chunks) implements Request {
        public VerifyChunks {
            chunks = List.copyOf(chunks);
            if (chunks.size() > MAX_VERIFIED) {
                throw new IllegalArgumentException("at most " + MAX_VERIFIED + " chunks are verified at once");
            }
        }
    }

    /**
     * The node is to sign what it knows of a file. With chunks: that it has just read them back and
     * that they have the hashes in the head; it may stop early, so that its answer comes in time.
     * Without: that the namespace has the file under that path; the leader answers.
     *
     * @param path as in the head
     * @param head the text of a {@link ReceiptHead}
     */
    record SignReceipt(RemotePath path, byte[] head, Slot first, List<ChunkId> chunks) implements Request {
        public SignReceipt {
            chunks = List.copyOf(chunks);
            requireAtMost(head, ReceiptHead.MAX_BYTES);
            if (chunks.size() > MAX_VERIFIED) {
                throw new IllegalArgumentException("at most " + MAX_VERIFIED + " chunks are signed for at once");
            }
        }
    }

    /** At most this many names in one answer to {@link ListSlot}. */
    int MAX_NAMES = 10_000;

    /** At most this many chunks in one {@link PromiseToKeep}. */
    int MAX_PROMISED = 64;

    /** What does the node hold in these slots, in short? */
    record GetDigests(List<Slot> slots) implements Request {
        public GetDigests {
            slots = List.copyOf(slots);
            if (slots.size() > Slot.COUNT) {
                throw new IllegalArgumentException("there are " + Slot.COUNT + " slots, not " + slots.size());
            }
        }
    }

    /**
     * How much does a node hold in each slot? The leader asks it for an operator who plans.
     * Answered as {@link GetDigests}, without sums; of no slot where the node does not answer.
     */
    record GetSizes(NodeId node) implements Request {}

    /**
     * A page of what the node holds in a slot, in order.
     *
     * @param after the last chunk of the page before; null for the first page
     * @param limit 1 to {@link #MAX_NAMES}
     */
    record ListSlot(Slot slot, @Nullable ChunkId after, int limit) implements Request {
        public ListSlot {
            if (limit < 1 || limit > MAX_NAMES) {
                throw new IllegalArgumentException("a page has 1 to " + MAX_NAMES + " names, not " + limit);
            }
        }
    }

    /** The node, a home of the slot in the newest layout, is to read these chunks back and to keep them (rule 6). */
    record PromiseToKeep(long layoutVersion, Slot slot, List<Reply.Held> chunks) implements Request {
        public PromiseToKeep {
            chunks = List.copyOf(chunks);
            if (chunks.size() > MAX_PROMISED) {
                throw new IllegalArgumentException("at most " + MAX_PROMISED + " promises are asked for at once");
            }
        }
    }

    /** What does each node say of its repair? The leader answers. */
    record GetReports() implements Request {}

    /** What does repair owe? The leader answers. */
    record GetDebt() implements Request {}

    /** Asks for a nonce to prove something with. */
    record Challenge() implements Request {}

    /** A nonce has this many bytes. */
    int NONCE_BYTES = 32;

    /**
     * Proves to be somebody, by {@link ChallengeResponse}, with the nonce of the last {@link
     * Challenge} on this connection.
     *
     * @param who the mark of a user's secret is not looked at
     */
    record LogIn(CallerIdentity who, byte[] nonce, byte[] proof) implements Request {
        public LogIn {
            if (nonce.length != NONCE_BYTES || proof.length != Hmac.BYTES) {
                throw new IllegalArgumentException("a nonce has " + NONCE_BYTES + " bytes, a proof " + Hmac.BYTES);
            }
        }
    }

    /** The private half of a node's key has this many bytes. */
    int NODE_KEY_BYTES = 32;

    /**
     * What nodes of this cluster prove themselves with, for one that has joined: the key is known
     * to it alone. A master answers.
     */
    record GetNodeSecret(byte[] privateKey) implements Request {
        public GetNodeSecret {
            if (privateKey.length != NODE_KEY_BYTES) {
                throw new IllegalArgumentException("a node's key has " + NODE_KEY_BYTES + " bytes");
            }
        }
    }

    /** The keys with which chunk tokens are checked now, for a node; a master answers. */
    record GetTokenKeys() implements Request {}

    /** Another token like the one that comes with this request, for longer; the leader answers. */
    record RenewToken() implements Request {}
}
