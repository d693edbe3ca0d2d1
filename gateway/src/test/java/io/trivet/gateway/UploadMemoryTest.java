package io.trivet.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.gateway.error.S3Error;
import io.trivet.gateway.error.S3Exception;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class UploadMemoryTest {
    private static final int MIB = 1 << 20;

    /** In a node, memory that nobody has counted would end the node. */
    @Test
    void whatTakesMoreThanThereIsIsRefusedAndDoesNotTakeIt() {
        UploadMemory memory = new UploadMemory(3 * MIB);
        memory.take(10L * MIB, MIB).close();
        memory.take(2 * MIB - 1, 2 * MIB).close();
        assertThatThrownBy(() -> memory.take(10L * MIB, 2 * MIB))
                .isInstanceOfSatisfying(
                        S3Exception.class, e -> assertThat(e.error()).isEqualTo(S3Error.SERVICE_UNAVAILABLE));
    }

    @Test
    void othersWaitUntilSomethingIsFree() throws Exception {
        UploadMemory memory = new UploadMemory(3 * MIB);
        UploadMemory.Part first = memory.take(2 * MIB);
        CompletableFuture<Void> second =
                CompletableFuture.runAsync(() -> memory.take(2 * MIB).close());
        assertThatThrownBy(() -> second.get(100, TimeUnit.MILLISECONDS))
                .isInstanceOf(java.util.concurrent.TimeoutException.class);
        first.close();
        second.get(30, TimeUnit.SECONDS);
    }
}
