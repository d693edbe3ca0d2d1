package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.node.TransferThreads.Kind;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Who waits for users asks here. */
final class TransferThreadsTest {
    @Test
    void usersAreActiveForAMomentAfterTheirLastTransferAndThenNoMore() throws IOException {
        try (TransferThreads threads = new TransferThreads("n0")) {
            threads.run(Kind.CHECK, _ -> assertThat(threads.usersAreActive()).isFalse());
            assertThat(threads.usersAreActive()).isFalse();
            threads.run(Kind.FETCH, _ -> assertThat(threads.usersAreActive()).isTrue());
            assertThat(threads.usersAreActive()).as("the next chunk comes").isTrue();
            LocalCluster.await("they went", () -> !threads.usersAreActive());
        }
    }
}
