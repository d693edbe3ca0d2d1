package io.trivet.client;

import io.trivet.model.Address;
import io.trivet.model.Attributes;
import io.trivet.model.NodeId;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.Sha256;
import io.trivet.model.TrivetException;
import io.trivet.wire.BlockSums;
import io.trivet.wire.Connection;
import io.trivet.wire.Connector;
import io.trivet.wire.DataFrame;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Loads many files: one request to the leader looks all of them up, and the chunks of small ones come
 * from each node in few requests. Each file is loaded or not by itself. Whatever does not succeed
 * together is done for that file alone, which tries every node. One thread.
 */
final class LoadBatch {
    private static final Duration BUFFER_LIMIT = Duration.ofSeconds(60);

    /** For the answer of one node, before the chunks are fetched one by one. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);

    private final TransferResources transferResources;
    private final LeaderCalls leader;
    private final FileLoader loader;
    private final Consumer<FileToLoad> alone;
    private final FileToLoad.Listener listener;

    /** @param alone loads a file of which nothing is known, and tells the listener */
    LoadBatch(
            TransferResources transferResources,
            LeaderCalls leader,
            FileLoader loader,
            Consumer<FileToLoad> alone,
            FileToLoad.Listener listener) {
        this.transferResources = transferResources;
        this.leader = leader;
        this.loader = loader;
        this.alone = alone;
        this.listener = listener;
    }

    /** {@code target}: where its target leads, a regular file or nothing yet. */
    record Wanted(FileToLoad file, Path target) {}

    /** A file that was looked up. {@code kept}: null where only bytes and time are given back. */
    private record Found(
            FileToLoad file,
            Path target,
            OpenFile open,
            @Nullable Attributes kept,
            long begin) {
        int length() {
            return (int) open.record().size();
        }
    }

    /** Returns when each file is loaded or has failed, and the listener was told. */
    void run(List<Wanted> files) {
        List<Found> together = new ArrayList<>();
        for (Found found : lookUp(files)) {
            if (isSmall(found.open())) {
                together.add(found);
            } else {
                loadAlone(found);
            }
        }
        List<Found> left = new ArrayList<>();
        byNode(together, left).forEach((node, group) -> left.addAll(fetchInFrames(node, group)));
        left.forEach(this::loadAlone);
    }

    private static boolean isSmall(OpenFile open) {
        return open.record().chunkCount() == 1 && open.record().size() <= ManySaves.SMALL_BYTES;
    }

    private List<Found> lookUp(List<Wanted> files) {
        long begin = System.nanoTime();
        List<Query> queries = new ArrayList<>();
        for (Wanted wanted : files) {
            queries.add(new Query.Lookup(wanted.file().source()));
            if (wanted.file().preserve() == Preserve.ALL) {
                queries.add(new Query.AttributesOf(wanted.file().source()));
            }
        }
        List<LeaderCalls.Answer> answers = new ArrayList<>();
        try {
            for (int from = 0; from < queries.size(); from += Request.MAX_TOGETHER) {
                answers.addAll(
                        leader.askAll(queries.subList(from, Math.min(queries.size(), from + Request.MAX_TOGETHER))));
            }
        } catch (TrivetException e) {
            files.forEach(wanted -> listener.failed(wanted.file(), e));
            return List.of();
        }
        List<Found> found = new ArrayList<>();
        int next = 0;
        for (Wanted wanted : files) {
            FileToLoad file = wanted.file();
            LeaderCalls.Answer entry = answers.get(next++);
            LeaderCalls.@Nullable Answer kept = file.preserve() == Preserve.ALL ? answers.get(next++) : null;
            try {
                @Nullable Found both = found(wanted, entry, kept, begin);
                if (both == null) {
                    alone.accept(file);
                } else {
                    found.add(both);
                }
            } catch (TrivetException e) {
                listener.failed(file, e);
            }
        }
        return found;
    }

    /** Null if the answers do not say enough: then the file is loaded alone. */
    private static @Nullable Found found(
            Wanted wanted, LeaderCalls.Answer entry, LeaderCalls.@Nullable Answer kept, long begin) {
        if (!(entry instanceof LeaderCalls.Answer.Given(QueryResult.Found looked, var token))) {
            return null;
        }
        OpenFile open = OpenFile.of(wanted.file().source(), looked.nameEntry(), token);
        if (kept == null) {
            return new Found(wanted.file(), wanted.target(), open, null, begin);
        }
        return kept instanceof LeaderCalls.Answer.Given(QueryResult.AttributesOf attributes, var ignored)
                        && attributes.entry().record().equals(open.record())
                ? new Found(wanted.file(), wanted.target(), open, attributes.attributes(), begin)
                : null;
    }

    private void loadAlone(Found found) {
        if (!listener.goesOn()) {
            return;
        }
        FileToLoad file = found.file();
        LoadSummary summary;
        try {
            summary =
                    loader.load(found.open(), file.source().toString(), found.target(), found.kept(), file.progress());
        } catch (RuntimeException e) {
            listener.failed(file, e);
            return;
        }
        listener.loaded(file, summary);
    }

    /** By the node that is to be asked first; those that cannot go together are left. */
    private Map<NodeId, List<Found>> byNode(List<Found> files, List<Found> left) {
        Map<NodeId, List<Found>> groups = new LinkedHashMap<>();
        for (Found found : files) {
            OpenFile open = found.open();
            NodeId node = transferResources
                    .cluster
                    .readOrder()
                    .of(open.record().slotOf(1), open.record().chunk(1), transferResources.readerSalt)
                    .getFirst();
            groups.computeIfAbsent(node, ignored -> new ArrayList<>()).add(found);
        }
        groups.entrySet().removeIf(group -> {
            boolean single = group.getValue().size() < 2 || !transferResources.cluster.takesBatches(group.getKey());
            if (single) {
                left.addAll(group.getValue());
            }
            return single;
        });
        return groups;
    }

    /** Returns those that are still to be loaded. */
    private List<Found> fetchInFrames(NodeId node, List<Found> group) {
        List<Found> left = new ArrayList<>();
        List<Found> frame = new ArrayList<>();
        int bytes = 0;
        for (Found found : group) {
            if (bytes + found.length() > Request.MAX_BYTES_TOGETHER || frame.size() == Request.MAX_TOGETHER) {
                left.addAll(fetch(node, frame));
                frame = new ArrayList<>();
                bytes = 0;
            }
            frame.add(found);
            bytes += found.length();
        }
        left.addAll(fetch(node, frame));
        return left;
    }

    /** Returns those that the node did not give. */
    private List<Found> fetch(NodeId node, List<Found> frame) {
        try {
            transferResources.transferPermits.enter();
            try {
                ByteBuffer buffer = transferResources.buffers.take(BUFFER_LIMIT);
                try {
                    return place(node, frame, fetch(node, frame, buffer), buffer);
                } finally {
                    transferResources.buffers.giveBack(buffer);
                }
            } finally {
                transferResources.transferPermits.leave();
            }
        } catch (TrivetException e) {
            if (e.kind() == Refusal.Kind.UNREACHABLE) {
                transferResources.cluster.avoid(node);
            }
            return frame;
        } catch (IOException ignored) {
            return frame; // stopped while waiting: each load says so itself
        }
    }

    private record Arrived(List<Reply.FetchedChunk> chunks, int[] blockCrcs) {}

    private Arrived fetch(NodeId node, List<Found> frame, ByteBuffer buffer) throws IOException {
        Address address = transferResources.cluster.address(node);
        List<Request.WantedChunk> wanted = frame.stream()
                .map(found -> new Request.WantedChunk(
                        found.open().record().chunk(1),
                        found.open().record().firstOf(1),
                        found.length(),
                        found.open().token().now()))
                .toList();
        transferResources.rateLimit.pass(frame.stream().mapToInt(Found::length).sum());
        Connection connection =
                transferResources.connector.take(address, transferResources.transferPermits.shared(ANSWER_LIMIT));
        boolean whole = false;
        try {
            connection.send(new RequestEnvelope(node, new Request.FetchChunks(wanted)));
            if (!(connection.receive().message() instanceof Reply.FetchedEach(var chunks))
                    || chunks.size() != frame.size()) {
                throw new ProtocolException("not an answer for " + frame.size() + " chunks");
            }
            int[] blockCrcs = {};
            if (chunks.stream().anyMatch(chunk -> chunk.refusal() == null)) {
                if (!(connection.receivePiece(buffer) instanceof DataFrame.Bytes(int[] told))
                        || !(connection.receivePiece(ByteBuffer.allocate(0)) instanceof DataFrame.End)) {
                    throw new ProtocolException("not one piece with chunks");
                }
                blockCrcs = told;
            } else {
                buffer.clear().flip();
            }
            whole = true;
            return new Arrived(chunks, blockCrcs);
        } catch (IOException e) {
            throw Connector.unreachable(address, e);
        } finally {
            transferResources.connector.release(connection, whole);
        }
    }

    /** Verifies each chunk and writes its file; returns those that are not what was saved, or not there. */
    private List<Found> place(NodeId node, List<Found> frame, Arrived arrived, ByteBuffer bytes) {
        List<Found> left = new ArrayList<>();
        int at = 0;
        int block = 0;
        for (int place = 0; place < frame.size(); place++) {
            Found found = frame.get(place);
            Reply.FetchedChunk chunk = arrived.chunks().get(place);
            if (chunk.refusal() != null || at + found.length() > bytes.limit()) {
                left.add(found);
                continue;
            }
            ByteBuffer slice = bytes.slice(at, found.length());
            int[] sums = BlockSums.checksums(slice);
            int end = block + sums.length;
            boolean sound = end <= arrived.blockCrcs().length
                    && Arrays.equals(sums, Arrays.copyOfRange(arrived.blockCrcs(), block, end))
                    && isWhatWasSaved(found, sums, slice, chunk.sha256());
            at += found.length();
            block = end;
            if (sound) {
                write(node, found, slice);
            } else {
                left.add(found);
            }
        }
        return left;
    }

    private static boolean isWhatWasSaved(Found found, int[] sums, ByteBuffer bytes, @Nullable Sha256 told) {
        Sha256 sha256 = Sha256.of(bytes.duplicate());
        Sha256 expected = found.open().record().sha256();
        return BlockSums.append(0, sums, found.length())
                        == found.open().record().crc32c()
                && Sha256.agree(expected == null ? told : expected, sha256);
    }

    private void write(NodeId node, Found found, ByteBuffer bytes) {
        FileToLoad file = found.file();
        LoadSummary summary;
        try {
            file.progress().started(found.length());
            file.progress().moved(node, found.length());
            loader.place(found.open().record(), bytes, found.target(), found.kept(), file.progress());
            summary = new LoadSummary(found.open().record(), Duration.ofNanos(System.nanoTime() - found.begin()));
        } catch (IOException e) {
            listener.failed(file, LocalFiles.refusal(found.target(), e));
            return;
        } catch (RuntimeException e) {
            listener.failed(file, e);
            return;
        }
        listener.loaded(file, summary);
    }
}
