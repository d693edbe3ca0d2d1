package io.trivet.client;

import io.trivet.model.ChunkId;
import io.trivet.model.Command;
import io.trivet.model.FileRecord;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.Sha256;
import io.trivet.model.TrivetException;
import io.trivet.wire.protocol.ReceiptHead;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import io.trivet.wire.receipt.SignedReceipt;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Collects the signatures of a receipt from the leader and the holders of a file. A holder that
 * cannot sign is left out if another one has read each chunk back.
 */
final class ReceiptCollector {
    /** Nodes stop early to answer in time; this covers their slowest last chunk. */
    private static final Duration ASK_LIMIT = Duration.ofMinutes(2);

    private final TransferResources transferResources;
    private final LeaderCalls leader;
    private final OpenFile file;
    private final FileRecord record;
    private final ChunkInventory chunkInventory;

    ReceiptCollector(TransferResources transferResources, LeaderCalls leader, OpenFile file) {
        this.transferResources = transferResources;
        this.leader = leader;
        this.file = file;
        this.record = file.record();
        this.chunkInventory = ChunkInventory.of(transferResources, transferResources.cluster.nodes(), asked(file));
    }

    private static OpenFile asked(OpenFile file) {
        FileRecord record = file.record();
        if (record.sha256() == null) {
            throw refused(file, "it was saved by an earlier release and has no sha256: save it again");
        }
        if (record.isChanged()) {
            throw refused(file, "a receipt is for a file that was not changed since it was saved: save it again");
        }
        if (record.chunkCount() > Command.MAX_PROVEN) {
            throw refused(file, "a receipt is for a file of at most " + Command.MAX_PROVEN + " chunks");
        }
        return file;
    }

    SignedReceipt collect() {
        ReceiptHead head = head();
        List<SignedReceipt.Signed> signed = new ArrayList<>();
        signed.add(SignedReceipt.Signed.of(leader.call(request(head, List.of()), Reply.Signed.class)));
        Optional<TrivetException> trouble = Optional.empty();
        for (NodeId node : transferResources.cluster.nodes()) {
            try {
                signed.addAll(signedBy(node, head));
            } catch (TrivetException e) {
                trouble = Optional.of(e);
            }
        }
        SignedReceipt receipt = new SignedReceipt(head, signed);
        if (record.chunkCount() > 0 && receipt.replicas() == 0) {
            throw trouble.orElseGet(() -> refused(file, "not every chunk has a node that shows it"));
        }
        return receipt;
    }

    /** The chunk hashes as the nodes report them; together they must give the record's. */
    private ReceiptHead head() {
        List<Sha256> chunks = IntStream.rangeClosed(1, record.chunkCount())
                .mapToObj(this::told)
                .toList();
        if (!Sha256.ofChunks(chunks).equals(record.sha256())) {
            throw TrivetException.of(
                    Refusal.Kind.CORRUPT,
                    file.path().toString(),
                    "its replicas are not what was saved: see 'trivet verify'");
        }
        return new ReceiptHead(
                transferResources.view().cluster(),
                file.path(),
                record.content(),
                record.size(),
                record.chunkSize(),
                chunks);
    }

    private Sha256 told(int number) {
        return transferResources.cluster.nodes().stream()
                .map(node -> chunkInventory.at(node).held().get(number))
                .filter(Objects::nonNull)
                .map(Reply.Held::sha256)
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow(() -> refused(file, "no node says the sha256 of chunk " + number));
    }

    private List<SignedReceipt.Signed> signedBy(NodeId node, ReceiptHead head) {
        List<ChunkId> held = chunkInventory.at(node).held().keySet().stream()
                .sorted()
                .map(record::chunk)
                .toList();
        List<SignedReceipt.Signed> signed = new ArrayList<>();
        for (int next = 0; next < held.size(); ) {
            List<ChunkId> some = held.subList(next, Math.min(held.size(), next + Request.MAX_VERIFIED));
            RequestEnvelope request =
                    new RequestEnvelope(node, request(head, some), file.token().now());
            Reply reply = transferResources.connector.call(transferResources.cluster.address(node), request, ASK_LIMIT);
            SignedReceipt.Signed one = SignedReceipt.Signed.of((Reply.Signed) reply);
            if (one.line().isCommit()) {
                throw refused(file, node + " signed something else");
            }
            signed.add(one);
            next += one.line().stored().size();
        }
        return signed;
    }

    private Request.SignReceipt request(ReceiptHead head, List<ChunkId> chunks) {
        return new Request.SignReceipt(
                file.path(), head.text().getBytes(StandardCharsets.UTF_8), record.first(), chunks);
    }

    private static TrivetException refused(OpenFile file, String why) {
        return TrivetException.of(Refusal.Kind.BAD_REQUEST, file.path().toString(), why);
    }
}
