package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.Attributes;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.Operation;
import io.trivet.model.Query;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import io.trivet.wire.protocol.Request;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What one request that carries many may take, and as how many it counts. */
class BatchLimitTest {
    private static final List<Command> ONE_OF_EACH = List.of(
            new Command.OpenSession("ada"), new Command.Reserve(64, -1), new Command.Adopt(new FileId(1, 1), 7));

    private static void assertBusy(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TrivetException.class, e -> assertThat(e.kind()).isEqualTo(Refusal.Kind.BUSY));
    }

    @Test
    void aRequestCarriesOneOfWhatReserves() {
        BatchLimit limit = new BatchLimit();
        ONE_OF_EACH.forEach(limit::requireRoom);
        for (Command second : ONE_OF_EACH) {
            assertBusy(() -> limit.requireRoom(second));
        }
        limit.requireRoom(new Command.MakeDirectory(RemotePath.parse("/a")));
        limit.requireRoom(new Command.MakeDirectory(RemotePath.parse("/b")));
    }

    @Test
    void whatComesAfterItsTimeIsNotBegun() {
        BatchLimit limit = new BatchLimit(Duration.ofNanos(-1));
        assertBusy(limit::requireTime);
        assertBusy(() -> limit.requireRoom(new Command.MakeDirectory(RemotePath.parse("/a"))));
    }

    @Test
    void onlySmallOnesCountAsFewerRequests() {
        Query small = new Query.Lookup(RemotePath.ROOT);
        Query large = new Query.Trash(new FileId(1, 1), Query.MAX_PAGE);
        assertThat(RequestWeight.of(new Request.AskAll(Collections.nCopies(256, small))))
                .isEqualTo(16);
        assertThat(RequestWeight.of(new Request.AskAll(Collections.nCopies(256, large))))
                .isEqualTo(256);
        assertThat(RequestWeight.of(new Request.AskAll(List.of(small, large, large))))
                .isEqualTo(3);
        Operation empty = Operation.unnumbered(
                new Command.Create(RemotePath.parse("/a"), "", java.time.Instant.EPOCH, 0644, Attributes.NONE, ""));
        assertThat(RequestWeight.of(new Request.SubmitAll(Collections.nCopies(256, empty))))
                .as("empty files")
                .isEqualTo(16);
        Operation remove = Operation.unnumbered(new Command.Remove(RemotePath.parse("/a"), true, true));
        assertThat(RequestWeight.of(new Request.SubmitAll(Collections.nCopies(256, remove))))
                .isEqualTo(256);
    }

    @Test
    void whatAsksForTheStateOfAllNodesCountsLikeOthers() {
        assertThat(RequestWeight.of(new Request.GetDebt())).isEqualTo(1);
        assertThat(RequestWeight.of(new Request.GetReports())).isEqualTo(1);
    }
}
