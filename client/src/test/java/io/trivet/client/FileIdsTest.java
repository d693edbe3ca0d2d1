package io.trivet.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.ChunkSize;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.RemotePath;
import io.trivet.model.SessionId;
import io.trivet.model.Slot;
import io.trivet.wire.Connection;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Ids of small files are reserved together; those of failed saves are abandoned while the client
 * continues.
 */
@Timeout(60)
class FileIdsTest {
    private final List<FileId> abandoned = new CopyOnWriteArrayList<>();
    private long issued;

    private synchronized void answer(Connection connection, Request request) throws IOException {
        Operation operation = ((Request.Submit) request).operation();
        Reply reply = switch (operation.command()) {
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
            case Command.Abandon(FileId start) -> {
                abandoned.add(start);
                yield new Reply.OutcomeOf(new Outcome.Done());
            }
            default -> new Reply.OutcomeOf(new Outcome.Done());
        };
        connection.send(reply);
    }

    /** Ranges of 1, 2, 4 and 8 ids. */
    @Test
    void aReservationOfWhichASaveFailedIsGivenUpWhenItsOtherIdsAreUsed() throws IOException {
        try (FakeNodes nodes = new FakeNodes(3, (_, connection, request) -> answer(connection, request))) {
            Session session = new Session(new LeaderCalls(nodes.connector, nodes.cluster, Duration.ofSeconds(10)));
            FileIds ids = new FileIds(nodes.cluster, session);
            try (TransferResources transferResources = new TransferResources(nodes.cluster, nodes.connector, 1, 8)) {
                for (int i = 0; i < 15; i++) {
                    // Closed without a commit, as after a failure.
                    new SaveInProgress(
                                    transferResources,
                                    session,
                                    new SaveTarget(RemotePath.parse("/a"), List.of()),
                                    ids.take(1),
                                    Progress.NONE)
                            .close();
                }
            }
            assertThat(abandoned)
                    .containsExactly(new FileId(1, 1), new FileId(1, 2), new FileId(1, 4), new FileId(1, 8));
            session.close();
        }
    }

    @Test
    void idsThatAreStillInUseAreNotGivenUpWithOneThatFailed() throws IOException {
        try (FakeNodes nodes = new FakeNodes(3, (_, connection, request) -> answer(connection, request))) {
            Session session = new Session(new LeaderCalls(nodes.connector, nodes.cluster, Duration.ofSeconds(10)));
            FileIds ids = new FileIds(nodes.cluster, session);
            try (TransferResources transferResources = new TransferResources(nodes.cluster, nodes.connector, 1, 8)) {
                List<SaveInProgress> saves = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    saves.add(new SaveInProgress(
                            transferResources,
                            session,
                            new SaveTarget(RemotePath.parse("/a"), List.of()),
                            ids.take(1),
                            Progress.NONE));
                }
                saves.get(1).close();
                saves.get(1).close();
                assertThat(abandoned).isEmpty();
                saves.get(2).close();
                assertThat(abandoned).containsExactly(new FileId(1, 2));
            }
            session.close();
        }
    }
}
