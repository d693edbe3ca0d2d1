package io.trivet.client;

import io.trivet.model.Checksums;
import io.trivet.model.ChunkId;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Sha256;
import io.trivet.model.TrivetException;
import io.trivet.thread.BackgroundThreads;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import io.trivet.wire.protocol.RequestId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * Has every node read its replicas of a file. It asks all nodes for all chunks, because stand-ins
 * and homes of earlier layouts may hold replicas too; a node without one answers at once.
 */
final class FileVerification {
    /** Nodes stop early to answer in time; this covers their slowest last chunk. */
    private static final Duration ASK_LIMIT = Duration.ofMinutes(2);

    private static final Duration REPORT_LIMIT = Duration.ofSeconds(5);

    private static final int BUSY_TRIES = 5;

    private final TransferResources transferResources;
    private final FileRecord record;
    private final RenewableToken token;
    private final Progress progress;

    FileVerification(TransferResources transferResources, OpenFile file, Progress progress) {
        this.transferResources = transferResources;
        this.record = file.record();
        this.token = file.token();
        this.progress = progress;
    }

    FileCheck of(RemotePath path) {
        Map<NodeId, Map<Integer, Reply.Checked>> found = new ConcurrentHashMap<>();
        List<NodeId> nodes = transferResources.cluster.nodes();
        progress.started(record.size() * transferResources.view().layout().replicas());
        List<Thread> asking = nodes.stream()
                .map(node -> BackgroundThreads.named("trivet-verify")
                        .start(RequestId.carried(() -> foundBy(node).ifPresent(all -> found.put(node, all)))))
                .toList();
        asking.forEach(FileVerification::join);
        List<FileCheck.ChunkCheck> chunks = new ArrayList<>();
        for (int number = 1; number <= record.chunkCount(); number++) {
            chunks.add(chunk(number, found));
        }
        List<NodeId> silent =
                nodes.stream().filter(node -> !found.containsKey(node)).toList();
        Set<NodeId> deaf = new HashSet<>();
        IntStream.rangeClosed(1, record.chunkCount())
                .filter(number -> isContested(sound(number, found), number))
                .forEach(number -> report(number, nodesThat(number, found, Reply.Condition.SOUND), deaf));
        return new FileCheck(
                path, record, transferResources.view().layout().replicas(), chunks, silent, wholeMatches(found));
    }

    private FileCheck.ChunkCheck chunk(int number, Map<NodeId, Map<Integer, Reply.Checked>> found) {
        return new FileCheck.ChunkCheck(
                number, nodesThat(number, found, Reply.Condition.SOUND), nodesThat(number, found, Reply.Condition.BAD));
    }

    private static List<NodeId> nodesThat(
            int number, Map<NodeId, Map<Integer, Reply.Checked>> found, Reply.Condition condition) {
        return found.entrySet().stream()
                .filter(node -> Optional.ofNullable(node.getValue().get(number))
                        .filter(checked -> checked.condition() == condition)
                        .isPresent())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /**
     * Whether every chunk has the record's length, its replicas agree (rule 1), and the whole
     * equals the record's checksums.
     */
    private boolean wholeMatches(Map<NodeId, Map<Integer, Reply.Checked>> found) {
        int whole = 0;
        List<Sha256> strong = new ArrayList<>();
        for (int number = 1; number <= record.chunkCount(); number++) {
            List<Reply.Checked> sound = sound(number, found);
            if (sound.isEmpty() || isContested(sound, number)) {
                return false;
            }
            whole = Checksums.combine(whole, sound.getFirst().crc32c(), record.chunkLength(number));
            sound.stream()
                    .map(Reply.Checked::sha256)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .ifPresent(strong::add);
        }
        return whole == record.crc32c() && isStrong(strong);
    }

    private static List<Reply.Checked> sound(int number, Map<NodeId, Map<Integer, Reply.Checked>> found) {
        return found.values().stream()
                .flatMap(ofNode -> Optional.ofNullable(ofNode.get(number)).stream())
                .filter(checked -> checked.condition() == Reply.Condition.SOUND)
                .toList();
    }

    /** Whether sound replicas differ from each other, or from the record in length. */
    private boolean isContested(List<Reply.Checked> sound, int number) {
        return sound.stream().anyMatch(one -> sound.stream().anyMatch(other -> differs(one, other, number)));
    }

    /**
     * Asks each of these nodes to compare its replica with the others and with the record.
     *
     * @param deaf nodes that did not answer such a request, which are not asked again
     */
    private void report(int number, List<NodeId> holders, Set<NodeId> deaf) {
        Request.ReportChunk report =
                new Request.ReportChunk(record.chunk(number), record.firstOf(number), "replicas differ: verification");
        for (NodeId node : holders) {
            if (deaf.contains(node)) {
                continue;
            }
            try {
                transferResources.connector.call(
                        transferResources.cluster.address(node),
                        new RequestEnvelope(node, report, token.now()),
                        REPORT_LIMIT);
            } catch (TrivetException e) {
                // The reconciliation of all nodes finds it later.
                if (e.kind() == Refusal.Kind.UNREACHABLE) {
                    deaf.add(node);
                }
            }
        }
    }

    /** Only nodes of an earlier release read a chunk without returning its SHA-256. */
    private boolean isStrong(List<Sha256> chunks) {
        return chunks.size() < record.chunkCount() || Sha256.agree(record.sha256(), Sha256.ofChunks(chunks));
    }

    private boolean differs(Reply.Checked one, Reply.Checked other, int number) {
        return one.length() != record.chunkLength(number)
                || one.crc32c() != other.crc32c()
                || !Sha256.agree(one.sha256(), other.sha256());
    }

    /** By chunk number; empty if the node does not answer to the end. */
    private Optional<Map<Integer, Reply.Checked>> foundBy(NodeId node) {
        Map<Integer, Reply.Checked> all = new HashMap<>();
        try {
            for (int next = 1; next <= record.chunkCount(); ) {
                List<Reply.Checked> some = ask(node, next);
                for (Reply.Checked checked : some) {
                    all.put(checked.chunk().number(), checked);
                    progress.moved(node, checked.length());
                }
                next += some.size();
            }
            return Optional.of(all);
        } catch (TrivetException ignored) {
            return Optional.empty();
        }
    }

    private List<Reply.Checked> ask(NodeId node, int from) {
        List<ChunkId> chunks = new ArrayList<>();
        FileId content = record.chunk(from).file();
        for (int number = from; number <= record.chunkCount() && chunks.size() < Request.MAX_VERIFIED; number++) {
            ChunkId chunk = record.chunk(number);
            if (!chunk.file().equals(content)) {
                break; // a request is about chunks of one content
            }
            chunks.add(chunk);
        }
        RequestEnvelope request =
                new RequestEnvelope(node, new Request.VerifyChunks(record.firstOf(from), chunks), token.now());
        for (int tried = 1; ; tried++) {
            try {
                return checked(
                        transferResources.connector.call(transferResources.cluster.address(node), request, ASK_LIMIT),
                        chunks);
            } catch (TrivetException e) {
                if (e.kind() != Refusal.Kind.BUSY || tried == BUSY_TRIES) {
                    throw e;
                }
            }
        }
    }

    /**
     * An answer must cover the first of the requested chunks, in order; otherwise the loop might
     * not end.
     */
    private static List<Reply.Checked> checked(Reply reply, List<ChunkId> asked) {
        if (reply instanceof Reply.Verified(var checked)
                && !checked.isEmpty()
                && checked.size() <= asked.size()
                && checked.stream().map(Reply.Checked::chunk).toList().equals(asked.subList(0, checked.size()))) {
            return checked;
        }
        throw TrivetException.of(Refusal.Kind.BAD_REQUEST, "", "not an answer about these chunks");
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException ignored) {
            Thread.currentThread().interrupt();
        }
    }
}
