package io.trivet.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Address;
import io.trivet.model.NodeId;
import io.trivet.wire.protocol.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MovedNodesTest {
    private static final NodeId N1 = new NodeId(1);
    private static final Address PUBLISHED = new Address("127.0.0.1", 1);
    private static final Address FIRST = new Address("127.0.0.1", 2);
    private static final Address SECOND = new Address("127.0.0.1", 3);

    @TempDir
    private Path data;

    @Test
    void whatANodeSaysOfItselfCountsAndOutlivesARestart() throws IOException {
        new MovedNodes(data).heard(new Reply.Moved(N1, FIRST, 1), PUBLISHED);
        assertThat(new MovedNodes(data).of(N1)).contains(FIRST);
        new MovedNodes(data).heard(new Reply.Moved(N1, PUBLISHED, 2), PUBLISHED);
        assertThat(new MovedNodes(data).of(N1)).isEmpty();
    }

    @Test
    void whatOthersSayOfANodeCountsOnlyIfItIsALaterWordOfThatNode() throws IOException {
        MovedNodes moved = new MovedNodes(data);
        moved.told(new Reply.Moved(N1, SECOND, 2), PUBLISHED);
        moved.told(new Reply.Moved(N1, FIRST, 1), PUBLISHED);
        assertThat(moved.of(N1)).contains(SECOND);
        moved.heard(new Reply.Moved(N1, FIRST, 3), PUBLISHED);
        moved.told(new Reply.Moved(N1, SECOND, 2), PUBLISHED);
        assertThat(moved.of(N1)).contains(FIRST);
    }

    @Test
    void whereANodeIsNotReachedItsOtherAddressIsTriedNext() throws IOException {
        MovedNodes moved = new MovedNodes(data);
        moved.named(N1, FIRST);
        moved.failed(N1);
        assertThat(moved.of(N1)).isEmpty();
        moved.failed(N1);
        assertThat(moved.of(N1)).contains(FIRST);
    }

    @Test
    void aDamagedLineIsPassedOver() throws IOException {
        Files.writeString(data.resolve("moved"), "n1 nonsense\nn2 127.0.0.1:9 4\n");
        assertThat(new MovedNodes(data).all())
                .containsExactly(new Reply.Moved(new NodeId(2), new Address("127.0.0.1", 9), 4));
    }

    @Test
    void whoIsNotReachedIsSaidOnceAndAgainWhenItIsSomebodyElse() {
        AtomicLong clock = new AtomicLong();
        LeaderSearch search = new LeaderSearch(new NodeId(0), clock::get);
        search.missed(N1, PUBLISHED, "refused");
        assertThat(search.notFound()).isEmpty();
        clock.addAndGet(LeaderSearch.SILENT_FOR.toNanos());
        assertThat(search.notFound()).isEqualTo("n1 at 127.0.0.1:1 (refused)");
        assertThat(search.notFound()).isEmpty();
        search.missed(new NodeId(2), FIRST, "timeout");
        assertThat(search.notFound()).contains("n2 at 127.0.0.1:2 (timeout)");
        search.reached(N1);
        search.found();
        search.missed(N1, PUBLISHED, "refused");
        assertThat(search.notFound()).isEmpty();
    }
}
