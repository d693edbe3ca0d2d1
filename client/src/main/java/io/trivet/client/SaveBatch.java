package io.trivet.client;

import io.trivet.model.Address;
import io.trivet.model.Checksums;
import io.trivet.model.NodeId;
import io.trivet.model.Outcome;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.BlockSums;
import io.trivet.wire.Connection;
import io.trivet.wire.Connector;
import io.trivet.wire.StoreTimeouts;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Saves many small files together: their chunks go to the nodes in few requests, and one request to
 * the leader gives them their names. Each file is saved or not by itself. What does not succeed
 * together, because of a node, is done for each file alone; what is refused, is refused for that file.
 * One thread.
 */
final class SaveBatch {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(15);
    private static final Duration BUFFER_LIMIT = Duration.ofSeconds(60);

    /** Of what many changes take in one request, whose header has at most 1 MiB. */
    private static final int CHANGES_BYTES = 512 << 10;

    /** Chunks go together to other nodes once more where the first of their nodes fails. */
    private static final int ROUNDS = 2;

    private final TransferResources transferResources;
    private final LeaderCalls leader;
    private final Session session;
    private final FileSaver alone;
    private final FileToSave.Listener listener;
    private final Set<SmallSave> going;
    private final List<FileToSave> anew = new ArrayList<>();

    /** @param alone saves a file for which nothing was begun, or whose session ended */
    SaveBatch(
            TransferResources transferResources,
            LeaderCalls leader,
            Session session,
            FileSaver alone,
            List<SmallSave> files,
            FileToSave.Listener listener) {
        this.transferResources = transferResources;
        this.leader = leader;
        this.session = session;
        this.alone = alone;
        this.going = new LinkedHashSet<>(files);
        this.listener = listener;
    }

    /** Returns when each file is saved or has failed, and the listener was told. */
    void run() {
        try {
            for (SmallSave file : List.copyOf(going)) {
                if (!file.hasChunk()) {
                    attempt(file, file::look);
                }
            }
            for (int round = 0; round < ROUNDS; round++) {
                groups().forEach(this::sendInFrames);
            }
            for (SmallSave file : List.copyOf(going)) {
                if (file.isStored() || listener.goesOn()) {
                    attempt(file, () -> file.complete(transferResources.transferPermits));
                } else {
                    end(file, () -> {}); // it is not wanted any more
                }
            }
            commit();
        } finally {
            going.forEach(SmallSave::close);
        }
        anew.stream().filter(ignored -> listener.goesOn()).forEach(this::saveAlone);
    }

    private interface Step {
        void run() throws IOException;
    }

    /** A failure ends this file alone. */
    private void attempt(SmallSave file, Step step) {
        try {
            step.run();
        } catch (SmallSave.SizeChanged ignored) {
            later(file);
        } catch (IOException e) {
            fail(file, LocalFiles.refusal(file.file().source(), e));
        } catch (RuntimeException e) {
            fail(file, e);
        }
    }

    private void fail(SmallSave file, RuntimeException failure) {
        end(file, () -> listener.failed(file.file(), failure));
    }

    private void end(SmallSave file, Runnable told) {
        going.remove(file);
        file.close();
        told.run();
    }

    /** Nothing is kept of the file; it is saved anew and alone when the others are done. */
    private void later(SmallSave file) {
        end(file, () -> anew.add(file.file()));
    }

    private void saveAlone(FileToSave file) {
        SaveSummary summary;
        try {
            SaveTarget target = new SaveTarget(file.target(), file.conditions());
            summary = alone.save(file.source(), target, file.preserve(), file.progress());
        } catch (RuntimeException e) {
            listener.failed(file, e);
            return;
        }
        listener.saved(file, summary);
    }

    /** What goes to the same nodes with the same token. */
    private record Way(RenewableToken token, List<NodeId> nodes) {}

    /** Those that no node has yet and that can go together, by their way. */
    private Map<Way, List<SmallSave>> groups() {
        Map<Way, List<SmallSave>> groups = new LinkedHashMap<>();
        for (SmallSave file : going) {
            List<NodeId> targets = file.hasChunk() ? file.targets() : List.of();
            if (!targets.isEmpty() && targets.stream().allMatch(transferResources.cluster::takesBatches)) {
                groups.computeIfAbsent(new Way(file.token(), targets), ignored -> new ArrayList<>())
                        .add(file);
            }
        }
        groups.values().removeIf(group -> group.size() < 2);
        return groups;
    }

    private void sendInFrames(Way way, List<SmallSave> group) {
        List<SmallSave> frame = new ArrayList<>();
        int bytes = 0;
        for (SmallSave file : group) {
            if (bytes + file.length() > Request.MAX_BYTES_TOGETHER || frame.size() == Request.MAX_TOGETHER) {
                send(way, frame);
                frame = new ArrayList<>();
                bytes = 0;
            }
            frame.add(file);
            bytes += file.length();
        }
        send(way, frame);
    }

    private void send(Way way, List<SmallSave> frame) {
        NodeId head = way.nodes().getFirst();
        Frame sent = new Frame();
        try {
            transferResources.transferPermits.enter();
            try {
                ByteBuffer buffer = transferResources.buffers.take(BUFFER_LIMIT);
                try {
                    sent.read(frame, buffer);
                    if (!sent.files.isEmpty()) {
                        accept(head, sent.files, exchange(way, sent, buffer));
                    }
                } finally {
                    transferResources.buffers.giveBack(buffer);
                }
            } finally {
                transferResources.transferPermits.leave();
            }
        } catch (TrivetException e) {
            sent.files.forEach(file -> attempt(file, () -> file.notSent(head, e.refusal())));
        } catch (IOException e) {
            sent.files.forEach(file -> fail(file, LocalFiles.refusal(file.file().source(), e)));
        }
    }

    /** The chunks of one request. */
    private final class Frame {
        final List<SmallSave> files = new ArrayList<>();
        final List<Request.SmallChunk> chunks = new ArrayList<>();
        private final List<int[]> sums = new ArrayList<>();
        private int end;
        int crc;

        /** Reads the files into the buffer; those that cannot be read have failed. */
        void read(List<SmallSave> wanted, ByteBuffer buffer) {
            buffer.clear();
            for (SmallSave file : wanted) {
                int start = buffer.position();
                attempt(file, () -> add(file, start, buffer));
                buffer.limit(buffer.capacity()).position(end);
            }
            buffer.flip();
        }

        private void add(SmallSave file, int start, ByteBuffer buffer) throws IOException {
            Request.SmallChunk chunk = file.read(buffer);
            sums.add(BlockSums.checksums(buffer.slice(start, chunk.length())));
            crc = Checksums.combine(crc, chunk.crc32c(), chunk.length());
            chunks.add(chunk);
            files.add(file);
            end = start + chunk.length();
        }

        int[] blockCrcs() {
            return sums.stream().flatMapToInt(Arrays::stream).toArray();
        }
    }

    private List<Reply.Stored> exchange(Way way, Frame frame, ByteBuffer buffer) throws IOException {
        NodeId head = way.nodes().getFirst();
        Address address = transferResources.cluster.address(head);
        List<NodeId> chain = way.nodes().subList(1, way.nodes().size());
        RequestEnvelope request = new RequestEnvelope(
                head,
                new Request.StoreChunks(frame.chunks, chain, 0),
                way.token().now());
        transferResources.rateLimit.pass(buffer.remaining());
        Connection connection = transferResources.connector.take(address, CONNECT_LIMIT);
        boolean whole = false;
        try {
            frame.files.forEach(file -> file.sending(head));
            connection.timeout(StoreTimeouts.of(buffer.remaining(), chain.size()));
            connection.sendWhole(request, buffer, frame.blockCrcs(), frame.crc, null);
            if (!(connection.receive().message() instanceof Reply.StoredEach(var stored))
                    || stored.size() != frame.chunks.size()) {
                throw new IOException(head + " did not answer for " + frame.chunks.size() + " chunks");
            }
            whole = true;
            return stored;
        } catch (IOException e) {
            throw Connector.unreachable(address, e);
        } finally {
            transferResources.connector.release(connection, whole);
        }
    }

    private void accept(NodeId head, List<SmallSave> files, List<Reply.Stored> stored) {
        for (int place = 0; place < files.size(); place++) {
            SmallSave file = files.get(place);
            Reply.Stored told = stored.get(place);
            attempt(file, () -> accept(head, file, told));
        }
    }

    /** A node that stored something else is replaced, as if it had not answered. */
    private static void accept(NodeId head, SmallSave file, Reply.Stored told) {
        try {
            file.sender().stored(told);
        } catch (TrivetException e) {
            if (e.kind() == Refusal.Kind.DIFFERENT_CONTENT) {
                throw e;
            }
            file.notSent(head, e.refusal());
        }
    }

    /** All chunks are on R nodes each; gives the files their names. */
    private void commit() {
        if (!leader.takesBatches()) {
            List.copyOf(going).forEach(this::commitAlone);
            return;
        }
        while (!going.isEmpty()) {
            List<SmallSave> some = new ArrayList<>();
            List<Session.Change> changes = new ArrayList<>();
            int bytes = 0;
            for (SmallSave file : List.copyOf(going)) {
                bytes += file.changeBytes();
                if (!some.isEmpty() && (bytes > CHANGES_BYTES || some.size() == Request.MAX_TOGETHER)) {
                    break;
                }
                attempt(file, () -> {
                    changes.add(file.change());
                    some.add(file);
                });
            }
            if (!changes.isEmpty()) {
                commit(some, changes);
            }
        }
    }

    private void commit(List<SmallSave> files, List<Session.Change> changes) {
        List<Outcome> outcomes;
        try {
            outcomes = session.submitAll(changes);
        } catch (TrivetException e) {
            outcomes = files.stream()
                    .<Outcome>map(ignored -> new Outcome.Refused(e.refusal()))
                    .toList();
        }
        for (int place = 0; place < files.size(); place++) {
            SmallSave file = files.get(place);
            switch (outcomes.get(place)) {
                case Outcome.Refused(var refusal) -> refused(file, refusal);
                case Outcome committed -> {
                    SaveSummary summary = file.committed(committed);
                    end(file, () -> listener.saved(file.file(), summary));
                }
            }
        }
    }

    private void refused(SmallSave file, Refusal refusal) {
        switch (refusal.kind()) {
            case CHECK_AGAIN -> commitAlone(file);
            // As a save alone does: with a condition, nobody could tell whose commit made it fail.
            case SESSION_ENDED, NOT_OPEN -> {
                if (file.file().conditions().isEmpty()) {
                    later(file);
                } else {
                    fail(file, new TrivetException(refusal));
                }
            }
            default -> fail(file, new TrivetException(refusal));
        }
    }

    private void commitAlone(SmallSave file) {
        attempt(file, () -> {
            SaveSummary summary = file.commitAlone(session);
            end(file, () -> listener.saved(file.file(), summary));
        });
    }
}
