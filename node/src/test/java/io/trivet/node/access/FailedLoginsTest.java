package io.trivet.node.access;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** Guessing of secrets is slowed down, and no other user is. */
final class FailedLoginsTest {
    private final AtomicLong nanos = new AtomicLong(-5);
    private final FailedLogins logins = new FailedLogins(nanos::get);

    private void fail(int times, String network, String who) {
        for (int time = 0; time < times; time++) {
            logins.failed(network, who);
        }
    }

    private void refused(String network, String who) {
        assertThatThrownBy(() -> logins.admit(network, who))
                .isInstanceOfSatisfying(
                        TrivetException.class,
                        e -> Assertions.assertThat(e.kind()).isEqualTo(Refusal.Kind.BUSY));
    }

    private void admitted(String network, String who) {
        assertThatCode(() -> logins.admit(network, who)).doesNotThrowAnyException();
    }

    private void passes(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void afterSomeFailuresOneWaitsLongerEachTime() {
        fail(FailedLogins.FREE - 1, "a", "alice");
        admitted("a", "alice");
        fail(1, "a", "alice");
        refused("a", "alice");
        passes(Duration.ofMillis(1001));
        admitted("a", "alice");
        fail(1, "a", "alice");
        passes(Duration.ofMillis(1001));
        refused("a", "alice");
        passes(Duration.ofMillis(1001));
        admitted("a", "alice");
        fail(20, "a", "alice");
        passes(FailedLogins.LONGEST.minusSeconds(1));
        refused("a", "alice");
        passes(Duration.ofSeconds(2));
        admitted("a", "alice");
    }

    @Test
    void nobodyIsLockedOutBySomebodyElsewhere() {
        fail(40, "a", "alice");
        refused("a", "alice");
        admitted("b", "alice");
        admitted("a", "bob");
    }

    @Test
    void whoTriesManyNamesIsSlowedDownAsWell() {
        for (int name = 0; name < FailedLogins.FREE_OF_NETWORK; name++) {
            fail(1, "a", "user" + name);
        }
        refused("a", "bob");
        admitted("b", "bob");
    }

    /** Guesses from behind the same router, of others' secrets. */
    @Test
    void whoLoggedInFromThereLatelyIsNotLockedOutByOthers() {
        logins.succeeded("a", "alice");
        for (int name = 0; name < 2 * FailedLogins.FREE_OF_NETWORK; name++) {
            fail(1, "a", "user" + name);
        }
        refused("a", "bob");
        admitted("a", "alice");
        fail(FailedLogins.FREE, "a", "alice");
        refused("a", "alice");
        passes(FailedLogins.REMEMBERED_FOR.plusSeconds(1));
        admitted("a", "alice");
        for (int name = 0; name < FailedLogins.FREE_OF_NETWORK; name++) {
            fail(1, "a", "user" + name);
        }
        refused("a", "alice");
    }

    @Test
    void whoIsRightBeginsAnew() {
        fail(FailedLogins.FREE - 1, "a", "alice");
        logins.succeeded("a", "alice");
        fail(FailedLogins.FREE - 1, "a", "alice");
        admitted("a", "alice");
    }
}
