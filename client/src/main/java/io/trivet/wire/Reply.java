package io.trivet.wire;

import io.trivet.model.Answer;
import io.trivet.model.ChunkId;
import io.trivet.model.ClusterId;
import io.trivet.model.ClusterView;
import io.trivet.model.Debt;
import io.trivet.model.NodeId;
import io.trivet.model.Outcome;
import io.trivet.model.Refusal;
import io.trivet.model.RepairReport;
import io.trivet.model.ScrubReport;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a node answers. */
public sealed interface Reply {
    record Refused(Refusal refusal) implements Reply {}

    record Done() implements Reply {}

    /**
     * The cluster as a node knows it.
     *
     * @param node the node that answers
     * @param view null when the asker's is as new
     * @param leader null while there is none
     * @param states what the leader knows of each node; empty from others
     * @param event the leader's number for the state of the cluster: another one after anything that repair must look at; 0 from others
     */
    record ViewOf(
            NodeId node,
            @Nullable ClusterView view,
            @Nullable NodeId leader,
            List<NodeState> states,
            long event) implements Reply {
        public ViewOf {
            states = List.copyOf(states);
        }

        /** From a node that does not lead. */
        public ViewOf(NodeId node, @Nullable ClusterView view, @Nullable NodeId leader, List<NodeState> states) {
            this(node, view, leader, states, 0);
        }
    }

    /**
     * A node at this moment, as the leader sees it.
     *
     * @param reachable whether to try it; for some seconds also one that was not heard from
     * @param heard whether the leader heard from it since it was elected; else sizes and scrub say nothing
     */
    record NodeState(
            NodeId node,
            boolean reachable,
            boolean heard,
            long usedBytes,
            long freeBytes,
            boolean acceptsChunks,
            ScrubReport scrub) {}

    record OutcomeOf(Outcome outcome) implements Reply {}

    /**
     * A node is a member.
     *
     * @param chain X.509, its certificate and the authority's; none where the cluster speaks plaintext
     */
    record Entered(NodeId node, ClusterId cluster, List<byte[]> chain) implements Reply {
        public Entered {
            chain = List.copyOf(chain);
        }
    }

    record AnswerOf(Answer answer) implements Reply {}

    /**
     * A chunk was stored: {@code holders} have it on stable storage, {@code failures} have not.
     *
     * @param length what was received, in bytes
     * @param crc32c of what was received
     */
    record Stored(List<Holder> holders, List<Failure> failures, int length, int crc32c) implements Reply {
        public Stored {
            holders = List.copyOf(holders);
            failures = List.copyOf(failures);
        }
    }

    /** A node that has a chunk on stable storage, and its loss epoch when it said so. */
    record Holder(NodeId node, long lossEpoch) {}

    record Failure(NodeId node, Refusal refusal) {}

    /** {@code length} bytes from {@code offset} on follow as pieces; the whole chunk has {@code chunkLength}. */
    record Fetched(int offset, int length, int chunkLength) implements Reply {}

    /** The chunks of those asked for that the node holds, and its loss epoch before it looked. */
    record Has(List<Held> held, long lossEpoch) implements Reply {
        public Has {
            held = List.copyOf(held);
        }
    }

    record Held(ChunkId chunk, int length, int crc32c) {}

    /** The answer to a message of the quorum; its bytes are the frame's body. */
    record QuorumReply() implements Reply {}

    /** The first of the chunks that were to be verified, one or more of them, in the same order. */
    record Verified(List<Checked> checked) implements Reply {
        public Verified {
            checked = List.copyOf(checked);
        }
    }

    /** A chunk that a node was asked to verify; length and checksum of a sound replica, else 0. */
    record Checked(ChunkId chunk, Condition condition, int length, int crc32c) {}

    /** How a node found its replica of a chunk. */
    enum Condition {
        SOUND,
        /** It was bad, and is in quarantine now. */
        BAD,
        ABSENT
    }

    /** What a node holds, slot by slot in the order they were asked for. */
    record Digests(List<SlotDigest> digests) implements Reply {
        public Digests {
            digests = List.copyOf(digests);
        }
    }

    /**
     * What a node holds in a slot, in short: two nodes that hold the same have the same digest, and chunks can be added one by one.
     *
     * @param known false while the node has not listed the slot yet: then the rest says nothing
     * @param count of chunks
     * @param bytes of chunks
     * @param high upper half of the sum of a hash of each chunk's name, length and checksum
     * @param low lower half of it
     */
    record SlotDigest(boolean known, long count, long bytes, long high, long low) {
        public static final SlotDigest UNKNOWN = new SlotDigest(false, 0, 0, 0, 0);

        /** How much it is, without what it is. */
        public SlotDigest size() {
            return new SlotDigest(known, count, bytes, 0, 0);
        }
    }

    /** A page of a slot; {@code more}: there are chunks after the last of these. */
    record Names(List<Held> held, boolean more) implements Reply {
        public Names {
            held = List.copyOf(held);
        }
    }

    /** Of the chunks asked for, those that this node has read back now and will keep (rule 6). The others may be asked for again. */
    record Promised(List<ChunkId> chunks) implements Reply {
        public Promised {
            chunks = List.copyOf(chunks);
        }
    }

    record DebtOf(Debt debt) implements Reply {}

    /** One for each node of the cluster. */
    record Reports(List<NodeReport> reports) implements Reply {
        public Reports {
            reports = List.copyOf(reports);
        }
    }

    /** What a node said last, to this leader; {@code present}: within the last seconds. */
    record NodeReport(NodeId node, boolean present, RepairReport report) {}

    /**
     * What a node sees of the server that asks.
     *
     * @param now by the node's clock
     * @param seenFrom the IP address that the request came from
     * @param resolved the IP addresses that the name in the request stands for at this node
     * @param reached whether a connection to that address could be made
     * @param reason why not; empty where it could
     */
    record Examined(Instant now, String seenFrom, List<String> resolved, boolean reached, String reason)
            implements Reply {
        public Examined {
            resolved = List.copyOf(resolved);
        }
    }

    /** Good for one login on this connection. */
    record Challenged(byte[] nonce) implements Reply {
        public Challenged {
            if (nonce.length != Request.NONCE_BYTES) {
                throw new IllegalArgumentException("a nonce has " + Request.NONCE_BYTES + " bytes");
            }
        }
    }

    /** The login was good; the listener proves in turn that it knows the secret. */
    record LoggedIn(byte[] proof) implements Reply {}

    /** Bytes for whoever has the key to open them. */
    record Sealed(byte[] bytes) implements Reply {}

    record TokenKeys(List<TokenKey> keys) implements Reply {
        public TokenKeys {
            keys = List.copyOf(keys);
        }
    }

    /** What signs and checks chunk tokens in one period of time. */
    record TokenKey(long id, byte[] key) {}

    /** An answer, and a token for the chunks that it speaks of: signed bytes, good for {@code validMs} from now on. */
    record WithToken(Reply reply, byte[] token, long validMs) implements Reply {}
}
