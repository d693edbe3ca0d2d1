package io.trivet.node.data;

import io.trivet.authority.NodeCertificate;
import io.trivet.chunk.ChunkStore;
import io.trivet.chunk.ChunkTrailer;
import io.trivet.model.ChunkId;
import io.trivet.model.ClusterId;
import io.trivet.model.NameEntry;
import io.trivet.model.NodeId;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import io.trivet.namespace.Namespace;
import io.trivet.node.cluster.ClusterClock;
import io.trivet.node.identity.NodeIdentity;
import io.trivet.node.keys.NodeCredentials;
import io.trivet.wire.credentials.Credentials;
import io.trivet.wire.protocol.ReceiptHead;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.receipt.NodeStatement;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Signs what this node knows of a file; only what it has just checked. Any thread. */
public final class ReceiptSigner {
    /** Reading for one request stops after the chunk that exceeds these bytes or this time. */
    private static final long ENOUGH_BYTES = 256L << 20;

    private static final Duration ENOUGH_TIME = Duration.ofSeconds(10);

    private final ClusterId cluster;
    private final NodeId self;
    private final ChunkStore store;
    private final ClusterClock clock;
    private final Optional<NodeCertificate> certificate;

    public ReceiptSigner(NodeIdentity identity, ChunkStore store, ClusterClock clock, NodeCredentials nodeCredentials) {
        this.cluster = identity.cluster();
        this.self = identity.node();
        this.store = store;
        this.clock = clock;
        this.certificate = nodeCredentials.certificate();
    }

    /**
     * Signs that the namespace has the file under that path. Throws {@code STALE} if it does not.
     */
    public Reply.Signed committed(Request.SignReceipt asked, Namespace leading) {
        ReceiptHead head = head(asked);
        if (leading.answer(new Query.Lookup(head.path())) instanceof QueryResult.Found(NameEntry.File file)
                && head.isOf(file.record())) {
            return signed(head, List.of());
        }
        throw TrivetException.of(
                Refusal.Kind.STALE, head.path().toString(), "the cluster has another file there by now, or none");
    }

    /**
     * Signs that this node has read the first of these chunks back, one or more. Throws {@code
     * NO_SUCH_CHUNK} if it lacks the first one.
     */
    public Reply.Signed stored(Request.SignReceipt asked) {
        ReceiptHead head = head(asked);
        long begin = System.nanoTime();
        long read = 0;
        List<Integer> sound = new ArrayList<>();
        for (ChunkId chunk : asked.chunks()) {
            if (read > ENOUGH_BYTES || System.nanoTime() - begin > ENOUGH_TIME.toNanos()) {
                break;
            }
            requireSound(head, chunk, asked.first());
            sound.add(chunk.number());
            read += head.chunkSize().lengthOf(chunk.number(), head.size());
        }
        return signed(head, sound);
    }

    private void requireSound(ReceiptHead head, ChunkId chunk, Slot first) {
        if (!chunk.file().equals(head.file()) || chunk.number() > head.chunks().size()) {
            throw bad("chunk " + chunk + " is not of this file");
        }
        ChunkTrailer found = store.verify(chunk, first);
        if (found.header().length() != head.chunkSize().lengthOf(chunk.number(), head.size())
                || !head.chunks().get(chunk.number() - 1).equals(found.sha256())) {
            throw TrivetException.of(
                    Refusal.Kind.DIFFERENT_CONTENT, chunk.toString(), "this node holds other bytes of that name");
        }
    }

    private ReceiptHead head(Request.SignReceipt asked) {
        try {
            ReceiptHead head = ReceiptHead.parse(new String(asked.head(), StandardCharsets.UTF_8));
            if (!head.cluster().equals(cluster) || !head.path().equals(asked.path())) {
                throw bad("it is about another cluster, or another path");
            }
            return head;
        } catch (IllegalArgumentException e) {
            throw bad(String.valueOf(e.getMessage()));
        }
    }

    private Reply.Signed signed(ReceiptHead head, List<Integer> stored) {
        Credentials credentials = certificate
                .map(NodeCertificate::current)
                .orElseThrow(() -> TrivetException.of(
                        Refusal.Kind.DENIED, "", "this cluster speaks plaintext: its nodes have no keys to sign with"));
        NodeStatement line = new NodeStatement(self, clock.now(), stored);
        return new Reply.Signed(line.text(), line.signed(head, credentials), encoded(credentials.chain()));
    }

    private static List<byte[]> encoded(List<X509Certificate> chain) {
        List<byte[]> encoded = new ArrayList<>();
        try {
            for (X509Certificate certificate : chain) {
                encoded.add(certificate.getEncoded());
            }
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that cannot be written", e);
        }
        return encoded;
    }

    private static TrivetException bad(String detail) {
        return TrivetException.of(Refusal.Kind.BAD_REQUEST, "receipt", detail);
    }
}
