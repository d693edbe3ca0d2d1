package io.trivet.node.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.Address;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A silent name server blocks few threads, and never the caller's. */
@Timeout(30)
final class ReachabilityProbeTest {
    private static final Address CALLER = new Address("192.0.2.7", 4711);

    @Test
    void aNameThatIsNotFoundOutInTimeIsSaidAndFurtherOnesAreRefused() {
        CountDownLatch silent = new CountDownLatch(1);
        try (ReachabilityProbe reachabilityProbe = new ReachabilityProbe("n0", Duration.ofMillis(50))) {
            for (int number = 0; number < ReachabilityProbe.AT_ONCE; number++) {
                assertThat(reachabilityProbe
                                .bounded("slow.example", CALLER, () -> {
                                    silent.await();
                                    throw new IllegalStateException("nobody waits for this");
                                })
                                .reason())
                        .isEqualTo("looking up slow.example timed out");
            }
            assertThatThrownBy(() -> reachabilityProbe.bounded("fast.example", CALLER, () -> {
                        throw new IllegalStateException("it began");
                    }))
                    .isInstanceOfSatisfying(
                            TrivetException.class, e -> assertThat(e.kind()).isEqualTo(Refusal.Kind.BUSY));
        } finally {
            silent.countDown();
        }
    }
}
