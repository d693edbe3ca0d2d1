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
import io.trivet.model.Sha256;
import io.trivet.model.Slot;
import io.trivet.model.StorageReport;
import io.trivet.wire.credentials.ChallengeResponse;
import io.trivet.wire.credentials.ChannelBinding;
import io.trivet.wire.credentials.Hmac;
import io.trivet.wire.credentials.JoinProof;
import io.trivet.wire.credentials.SignedText;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A request to a node. {@code wire.proto} says how each is answered. */
public sealed interface Request {
    /**
     * A client waits so long for the leader's answer, and then asks again. What the leader does for
     * a request takes less, since the answer of more would never be heard.
     */
    Duration ANSWER_LIMIT = Duration.ofSeconds(5);

    /** The most chunks in one {@link HasChunk}. */
    int MAX_ASKED = 10_000;

    /** The most nodes in a chain. */
    int MAX_CHAIN = 16;

    /** Requests the cluster as this node knows it. */
    record GetView() implements Request {}

    /** The most bytes of a {@link EnterCluster#signingRequest}. */
    int MAX_SIGNING_REQUEST = 4096;

    /** The most bytes in {@link KeepKeys}. */
    int MAX_KEYS = 64 << 10;

    /**
     * A server asks, before or after it joins, what the node sees of it.
     *
     * @param address where it will listen. The node connects to it only if it is the server that
     *     asks, so that nobody can have other machines probed
     */
    record Examine(Address address) implements Request {}

    /**
     * A new node asks the leader to join.
     *
     * @param proof of the join token's secret, for this connection
     * @param nodeKey identifies the node if it asks again
     * @param signingRequest PKCS #10, signed with the key that {@code nodeKey} stands for; empty in
     *     a plaintext cluster
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
     * Replaces the cluster's keys.
     *
     * @param before how many successions there were before
     * @param overlap how long the old authority stays trusted
     */
    record Rekey(int before, Duration overlap) implements Request {}

    /** A master that lacks the cluster's keys requests them from another one. */
    record GetClusterKeys() implements Request {}

    /** A member asks the leader for a new certificate for the key that it joined with. */
    record RenewCertificate(byte[] signingRequest) implements Request {
        public RenewCertificate {
            requireAtMost(signingRequest, MAX_SIGNING_REQUEST);
        }
    }

    /**
     * The leader gives the cluster's keys to a master, or to a node that is about to become one.
     * Its answer means that they are on stable storage there.
     *
     * @param file in a plaintext cluster encrypted under the secret of nodes
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
     * A node reports to the leader that it is alive, its state and its address; to other masters
     * only when it finds no leader.
     *
     * @param instance random, new at every start of the process; empty from an earlier release
     * @param clockMs by the machine's own clock, in milliseconds since 1970; 0 if not stated
     * @param addressVersion raised with every change of address
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
        /** Without disks, instance and clock. */
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

        /** Whether it has no disk for what its slots need; {@link StorageReport#holdsSlots}. */
        public boolean withoutDisk() {
            return !storage.holdsSlots(repair.owed() > 0);
        }
    }

    /** A change of the namespace; the leader answers. */
    record Submit(Operation operation) implements Request {}

    /** A read of the namespace; the leader answers. */
    record Ask(Query query) implements Request {}

    /** Keeps a session alive; the leader answers. */
    record KeepSession(SessionId session) implements Request {}

    /**
     * Stores a chunk and forwards it down the chain. Its bytes follow as pieces.
     *
     * @param first slot of the file's first chunk
     * @param chain the nodes to forward to, in order
     * @param hop 0 at the node that receives it from the writer
     * @param checkSha256 whether the node computes the SHA-256 of what arrives and rejects the
     *     chunk if the sender stated another
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
        /** For a writer whose SHA-256 is trusted. */
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

        /** The request for the next node of the chain. */
        public StoreChunk forNext() {
            return new StoreChunk(
                    chunk, first, chunkSize, length, last, path, chain.subList(1, chain.size()), hop + 1, checkSha256);
        }
    }

    /** The most operations, questions or chunks in one request. */
    int MAX_TOGETHER = 256;

    /** The most bytes of all chunks in one request: they are one piece of a transfer. */
    int MAX_BYTES_TOGETHER = 1 << 20;

    private static void requireTogether(int count) {
        if (count < 1 || count > MAX_TOGETHER) {
            throw new IllegalArgumentException("1 to " + MAX_TOGETHER + " are asked for together, not " + count);
        }
    }

    /** Changes of the namespace, each with its own outcome; the leader answers. */
    record SubmitAll(List<Operation> operations) implements Request {
        public SubmitAll {
            operations = List.copyOf(operations);
            requireTogether(operations.size());
        }
    }

    /** Reads of the namespace, each with its own answer; the leader answers. */
    record AskAll(List<Query> queries) implements Request {
        public AskAll {
            queries = List.copyOf(queries);
            requireTogether(queries.size());
        }
    }

    /**
     * Stores small chunks and forwards them down the chain. Their bytes follow as one piece.
     *
     * @param chain the nodes to forward to, in order
     * @param hop 0 at the node that receives them from the writer
     */
    record StoreChunks(List<SmallChunk> chunks, List<NodeId> chain, int hop) implements Request {
        public StoreChunks {
            chunks = List.copyOf(chunks);
            chain = List.copyOf(chain);
            requireTogether(chunks.size());
            requireFewBytes(chunks.stream().mapToLong(SmallChunk::length).sum());
            if (chain.size() > MAX_CHAIN || hop < 0 || hop > MAX_CHAIN) {
                throw new IllegalArgumentException("a chain has at most " + MAX_CHAIN + " nodes");
            }
        }

        /** Bytes of all chunks. */
        public int length() {
            return chunks.stream().mapToInt(SmallChunk::length).sum();
        }

        /** The request for the next node of the chain. */
        public StoreChunks forNext() {
            return new StoreChunks(chunks, chain.subList(1, chain.size()), hop + 1);
        }
    }

    /**
     * One of several chunks that are stored together.
     *
     * @param first slot of the file's first chunk
     * @param length at least 1
     * @param sha256 stored as the writer states it
     */
    record SmallChunk(
            ChunkId chunk,
            Slot first,
            ChunkSize chunkSize,
            int length,
            boolean last,
            RemotePath path,
            int crc32c,
            Sha256 sha256) {
        public SmallChunk {
            if (length < 1 || length > chunkSize.bytes()) {
                throw new IllegalArgumentException(
                        "a chunk of " + length + " bytes among chunks of 1 to " + chunkSize.bytes());
            }
        }
    }

    private static void requireFewBytes(long bytes) {
        if (bytes > MAX_BYTES_TOGETHER) {
            throw new IllegalArgumentException(
                    "at most " + MAX_BYTES_TOGETHER + " bytes are moved together, not " + bytes);
        }
    }

    /** Requests small chunks, each whole. */
    record FetchChunks(List<WantedChunk> chunks) implements Request {
        public FetchChunks {
            chunks = List.copyOf(chunks);
            requireTogether(chunks.size());
            requireFewBytes(chunks.stream().mapToLong(WantedChunk::length).sum());
        }
    }

    /**
     * One of several chunks that are fetched together.
     *
     * @param length 1 or more; a chunk of another length is refused
     * @param token the signed token of its file
     */
    record WantedChunk(ChunkId chunk, Slot first, int length, byte[] token) {
        public WantedChunk {
            if (length < 1) {
                throw new IllegalArgumentException("a chunk of " + length + " bytes is not fetched");
            }
        }

        /** Without the token. */
        @Override
        public String toString() {
            return "WantedChunk " + chunk;
        }
    }

    /** The node, which has this chunk, sends it down the chain. */
    record ForwardChunk(ChunkId chunk, Slot first, List<NodeId> chain) implements Request {
        public ForwardChunk {
            chain = List.copyOf(chain);
            if (chain.isEmpty() || chain.size() > MAX_CHAIN) {
                throw new IllegalArgumentException("a chain has 1 to " + MAX_CHAIN + " nodes");
            }
        }
    }

    /** Requests bytes of a chunk, from a multiple of 64 KiB on. */
    record FetchChunk(ChunkId chunk, Slot first, int offset, int length) implements Request {
        public FetchChunk {
            if (offset < 0 || offset % ChunkSize.BLOCK_BYTES != 0 || length < 0) {
                throw new IllegalArgumentException("bytes are asked for from a multiple of 64 KiB on, not " + offset);
            }
        }
    }

    /** Asks which of these chunks the node holds; all of files that begin in slot {@code first}. */
    record HasChunk(Slot first, List<ChunkId> chunks) implements Request {
        public HasChunk {
            chunks = List.copyOf(chunks);
            if (chunks.size() > MAX_ASKED) {
                throw new IllegalArgumentException("at most " + MAX_ASKED + " chunks are asked for at once");
            }
        }
    }

    /** A reader found this node's replica bad or missing; the node should check it. */
    record ReportChunk(ChunkId chunk, Slot first, String reason) implements Request {}

    /**
     * The leader is about to make this node a voter of the quorum; the node starts its Raft member.
     *
     * @param epoch of the leader's namespace: a seat belongs to one epoch (rule 8)
     */
    record TakeSeat(int epoch) implements Request {}

    /**
     * This node is no longer a voter of that epoch's quorum. It stops its Raft member and keeps its
     * log, in case it gets a seat again.
     */
    record LeaveSeat(int epoch) implements Request {}

    /** A message of the quorum from one master to another; the message is the frame's body. */
    record QuorumCall(String method) implements Request {}

    /**
     * Requests a backup of the whole namespace; the leader answers.
     *
     * @param newerThan nothing is sent unless a log entry after this one was applied; 0 always
     *     sends
     */
    record BackUp(long newerThan) implements Request {}

    /** The most chunks in one {@link VerifyChunks}. */
    int MAX_VERIFIED = 64;

    /**
     * The node reads these chunks, all of one file that begins in slot {@code first}, and
     * quarantines its bad replicas. It may stop early to answer in time; the rest must be requested
     * again.
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
     * The node signs what it knows of a file. With chunks: that it has just read them back and they
     * have the hashes in the head; it may stop early to answer in time. Without chunks: that the
     * namespace has the file under that path; the leader answers.
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

    /** The most names in one answer to {@link ListSlot}. */
    int MAX_NAMES = 10_000;

    /** The most chunks in one {@link PromiseToKeep}. */
    int MAX_PROMISED = 64;

    /** Requests the digests of what the node holds in these slots. */
    record GetDigests(List<Slot> slots) implements Request {
        public GetDigests {
            slots = List.copyOf(slots);
            if (slots.size() > Slot.COUNT) {
                throw new IllegalArgumentException("there are " + Slot.COUNT + " slots, not " + slots.size());
            }
        }
    }

    /**
     * Requests how much a node holds in each slot. The leader forwards it for an operator who
     * plans. Answered like {@link GetDigests}, without sums; with no slots if the node does not
     * answer.
     */
    record GetSizes(NodeId node) implements Request {}

    /**
     * Requests a page of what the node holds in a slot, in order.
     *
     * @param after the last chunk of the previous page; null for the first page
     * @param limit 1 to {@link #MAX_NAMES}
     */
    record ListSlot(Slot slot, @Nullable ChunkId after, int limit) implements Request {
        public ListSlot {
            if (limit < 1 || limit > MAX_NAMES) {
                throw new IllegalArgumentException("a page has 1 to " + MAX_NAMES + " names, not " + limit);
            }
        }
    }

    /**
     * Asks a home of the slot in the newest layout to read these chunks back and to keep them (rule
     * 6).
     */
    record PromiseToKeep(long layoutVersion, Slot slot, List<Reply.Held> chunks) implements Request {
        public PromiseToKeep {
            chunks = List.copyOf(chunks);
            if (chunks.size() > MAX_PROMISED) {
                throw new IllegalArgumentException("at most " + MAX_PROMISED + " promises are asked for at once");
            }
        }
    }

    /** Requests each node's repair report; the leader answers. */
    record GetReports() implements Request {}

    /** Requests the debt; the leader answers. */
    record GetDebt() implements Request {}

    /** Requests a nonce for a login. */
    record Challenge() implements Request {}

    /** Bytes of a nonce. */
    int NONCE_BYTES = 32;

    /**
     * Authenticates by {@link ChallengeResponse}, with the nonce of the last {@link Challenge} on
     * this connection.
     *
     * @param who the mark of a user's secret is ignored
     * @param binding what of the channel the proof covers
     */
    record LogIn(CallerIdentity who, byte[] nonce, byte[] proof, ChannelBinding binding) implements Request {
        public LogIn {
            if (nonce.length != NONCE_BYTES || proof.length != Hmac.BYTES) {
                throw new IllegalArgumentException("a nonce has " + NONCE_BYTES + " bytes, a proof " + Hmac.BYTES);
            }
        }
    }

    /**
     * A member shows the leader what a client of S3 has signed, and asks for what it needs to serve
     * this user for some minutes. Answered with {@link Reply.Delegated}.
     *
     * @param client the host that the client's connection comes from, for counting failures
     */
    record Delegate(SignedText signed, String client) implements Request {
        private static final int MAX_CLIENT = 64;

        public Delegate {
            if (client.isEmpty() || client.length() > MAX_CLIENT) {
                throw new IllegalArgumentException("a client has an address of 1 to " + MAX_CLIENT + " characters");
            }
        }
    }

    /** Bytes of a node's private key. */
    int NODE_KEY_BYTES = 32;

    /**
     * Requests the secret with which the nodes of this cluster authenticate, for a node that has
     * joined: only that node knows its private key. A master answers.
     */
    record GetNodeSecret(byte[] privateKey) implements Request {
        public GetNodeSecret {
            if (privateKey.length != NODE_KEY_BYTES) {
                throw new IllegalArgumentException("a node's key has " + NODE_KEY_BYTES + " bytes");
            }
        }
    }

    /** Requests the current keys that verify chunk tokens, for a node; a master answers. */
    record GetTokenKeys() implements Request {}

    /**
     * Requests a token like the one sent with this request, with a later expiry; the leader
     * answers.
     */
    record RenewToken() implements Request {}
}
