package io.trivet.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.ChunkSize;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.NodeId;
import io.trivet.model.Outcome;
import io.trivet.model.RemotePath;
import io.trivet.model.SessionId;
import io.trivet.model.Slot;
import io.trivet.wire.Connection;
import io.trivet.wire.DataFrame;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many files are saved to nodes of an earlier release one by one: to those that do not say that they
 * know requests for many, and to those that said so and end the connection, as a node does that was
 * put back to its former release.
 */
@Timeout(60)
class EarlierReleaseTest {
    private static final int FILES = 20;
    private static final List<NodeId> NODES = List.of(new NodeId(0), new NodeId(1), new NodeId(2));

    @TempDir
    Path base;

    private final List<Class<?>> asked = new CopyOnWriteArrayList<>();
    private final Set<String> committed = new ConcurrentSkipListSet<>();
    private final List<FileToSave> files = new ArrayList<>();
    private long issued;

    @BeforeEach
    void make() throws IOException {
        for (int number = 0; number < FILES; number++) {
            Path source = Files.writeString(base.resolve("f" + number), "content " + number);
            files.add(new FileToSave(source, RemotePath.parse("/f" + number), Preserve.USUAL, Progress.NONE));
        }
    }

    /** A node that does not know requests for many ends the connection. */
    private void answer(NodeId node, Connection connection, Request request) throws IOException {
        asked.add(request.getClass());
        switch (request) {
            case Request.Submit submit ->
                connection.send(leader(submit.operation().command()));
            case Request.SubmitAll(var operations) ->
                connection.send(new Reply.Each(operations.stream()
                        .map(operation -> leader(operation.command()))
                        .toList()));
            case Request.StoreChunk store -> connection.send(stored(node, connection, store));
            default -> throw new IOException("not a valid request");
        }
    }

    private synchronized Reply leader(Command command) {
        return switch (command) {
            case Command.OpenSession _ -> new Reply.OutcomeOf(new Outcome.SessionOpened(new SessionId(1)));
            case Command.Reserve reserve -> {
                FileId start = new FileId(1, issued + 1);
                issued += reserve.count();
                yield new Reply.WithToken(
                        new Reply.OutcomeOf(
                                new Outcome.Reserved(start, reserve.count(), new Slot(0), 1, ChunkSize.DEFAULT)),
                        new byte[1],
                        600_000);
            }
            case Command.Commit commit -> {
                committed.add(commit.path().toString());
                yield new Reply.OutcomeOf(new Outcome.Committed(new FileRecord(
                        commit.file(),
                        commit.size(),
                        ChunkSize.DEFAULT,
                        new Slot(0),
                        commit.crc32c(),
                        Instant.EPOCH,
                        "ada",
                        0644)));
            }
            default -> new Reply.OutcomeOf(new Outcome.Done());
        };
    }

    private static Reply stored(NodeId node, Connection connection, Request.StoreChunk store) throws IOException {
        connection.receivePiece(ByteBuffer.allocate(Connection.PIECE_BYTES));
        DataFrame.End end = (DataFrame.End) connection.receivePiece(ByteBuffer.allocate(0));
        List<Reply.Holder> holders = new ArrayList<>(List.of(new Reply.Holder(node, 0)));
        store.chain().forEach(next -> holders.add(new Reply.Holder(next, 0)));
        return new Reply.Stored(holders, List.of(), end.length(), end.crc32c(), end.sha256());
    }

    private Map<RemotePath, RuntimeException> save(Set<NodeId> sayThatTheyKnowIt) throws IOException {
        Map<RemotePath, RuntimeException> failed = new TreeMap<>();
        Set<RemotePath> saved = new ConcurrentSkipListSet<>();
        try (FakeNodes nodes = new FakeNodes(3, this::answer)) {
            nodes.takingBatches.addAll(sayThatTheyKnowIt);
            nodes.cluster.refresh();
            LeaderCalls leader = new LeaderCalls(nodes.connector, nodes.cluster, Duration.ofSeconds(20));
            Session session = new Session(leader);
            FileIds ids = new FileIds(nodes.cluster, session);
            try (TransferResources transferResources = new TransferResources(nodes.cluster, nodes.connector, 1, 8)) {
                Changes changes = new Changes(transferResources, leader, session, ids, new SaveJournals(null));
                changes.saveAll(files, new FileToSave.Listener() {
                    @Override
                    public void saved(FileToSave file, SaveSummary summary) {
                        saved.add(file.target());
                    }

                    @Override
                    public void failed(FileToSave file, RuntimeException failure) {
                        failed.put(file.target(), failure);
                    }
                });
            }
            session.close();
        }
        assertThat(saved).hasSize(FILES - failed.size());
        return failed;
    }

    @Test
    void nodesThatDoNotSaySoGetSingleRequests() throws IOException {
        assertThat(save(Set.of())).isEmpty();
        assertThat(committed).hasSize(FILES);
        assertThat(asked)
                .doesNotContain(Request.StoreChunks.class, Request.SubmitAll.class)
                .contains(Request.StoreChunk.class);
    }

    /** The leader is of this release, and two nodes are not: no chunk goes with others, and names do. */
    @Test
    void chunksGoAloneWhereANodeOfTheirChainIsOfAnEarlierRelease() throws IOException {
        assertThat(save(Set.of(NODES.get(0)))).isEmpty();
        assertThat(committed).hasSize(FILES);
        assertThat(asked).doesNotContain(Request.StoreChunks.class).contains(Request.SubmitAll.class);
    }

    @Test
    void nodesThatEndTheConnectionGetSingleRequestsThen() throws IOException {
        assertThat(save(Set.copyOf(NODES))).isEmpty();
        assertThat(committed).hasSize(FILES);
        assertThat(asked).contains(Request.StoreChunks.class, Request.StoreChunk.class);
    }
}
