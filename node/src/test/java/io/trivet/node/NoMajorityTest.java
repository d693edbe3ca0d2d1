package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.trivet.client.TrivetClient;
import io.trivet.model.ChunkSize;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NoMajorityTest {
    /** Well below a client's time limit of 30 s. */
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private Path base;

    @Test
    void everyCallerIsToldSoonWhoIsMissing() throws IOException {
        try (LocalCluster cluster = LocalCluster.start(base, 3, new ChunkSize(64 << 10));
                TrivetClient client = cluster.client()) {
            client.list(RemotePath.ROOT).forEach(_ -> {});
            cluster.stop(new NodeId(1));
            cluster.stop(new NodeId(2));
            isTold(cluster, () -> client.list(RemotePath.ROOT).forEach(_ -> {}));
            try (TrivetClient another = cluster.client()) {
                isTold(cluster, () -> another.makeDirectory(RemotePath.parse("/q")));
            }
        }
    }

    private static void isTold(LocalCluster cluster, ThrowingCallable call) {
        long begin = System.nanoTime();
        TrivetException refused = catchThrowableOfType(TrivetException.class, call);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(SOON);
        assertThat(refused.kind()).isEqualTo(Refusal.Kind.NO_QUORUM);
        assertThat(refused)
                .hasMessageContaining("a majority of the masters must be up; reached: n0; not reached: n1 ("
                        + cluster.addresses().get(1) + "), n2 ("
                        + cluster.addresses().get(2) + ")");
    }
}
