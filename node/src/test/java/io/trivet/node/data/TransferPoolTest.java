package io.trivet.node.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.node.LocalCluster;
import io.trivet.node.data.TransferPool.Kind;
import java.io.IOException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Which threads run transfers, and when users count as active. */
final class TransferPoolTest {
    /** Platform threads read and write files: a virtual one would block its carrier. */
    @Test
    void aTransferIsOnItsCallersThreadUnlessThatIsVirtual() throws Exception {
        try (TransferPool threads = new TransferPool("n0")) {
            AtomicReference<Thread> ran = new AtomicReference<>();
            threads.run(Kind.FETCH, "user alice", null, _ -> ran.set(Thread.currentThread()));
            assertThat(ran.get()).isSameAs(Thread.currentThread());

            FutureTask<Void> transfer = new FutureTask<>(() -> {
                threads.run(Kind.FETCH, "user alice", null, _ -> ran.set(Thread.currentThread()));
                return null;
            });
            Thread.ofVirtual().start(transfer);
            transfer.get();
            assertThat(ran.get().isVirtual()).isFalse();
            assertThat(ran.get()).isNotSameAs(Thread.currentThread());
        }
    }

    @Test
    void nothingBeginsAfterTheClose() {
        TransferPool threads = new TransferPool("n0");
        threads.close();
        assertThatThrownBy(() -> threads.run(Kind.FETCH, "user alice", null, _ -> fail("it began")))
                .isInstanceOfSatisfying(
                        TrivetException.class, e -> assertThat(e.kind()).isEqualTo(Refusal.Kind.BUSY));
    }

    @Test
    void usersAreActiveForAMomentAfterTheirLastTransferAndThenNoMore() throws IOException {
        try (TransferPool threads = new TransferPool("n0")) {
            threads.run(
                    Kind.CHECK,
                    "user alice",
                    null,
                    _ -> assertThat(threads.usersAreActive()).isFalse());
            assertThat(threads.usersAreActive()).isFalse();
            threads.run(
                    Kind.FETCH,
                    "user alice",
                    null,
                    _ -> assertThat(threads.usersAreActive()).isTrue());
            assertThat(threads.usersAreActive()).as("the next chunk comes").isTrue();
            LocalCluster.await("they went", () -> !threads.usersAreActive());
        }
    }
}
