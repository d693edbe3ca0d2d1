package io.trivet.node.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import org.junit.jupiter.api.Test;

class UserRequestsTest {
    private final UserRequests requests = new UserRequests();

    @Test
    void thereAreNoMoreUnderWayThanThereMayBe() {
        UserRequests.Begun first = requests.begin("ada", 2, 1);
        UserRequests.Begun second = requests.begin("ada", 2, 1);
        assertThatThrownBy(() -> requests.begin("ada", 2, 1))
                .isInstanceOfSatisfying(
                        TrivetException.class, e -> assertThat(e.kind()).isEqualTo(Refusal.Kind.BUSY));
        requests.begin("bob", 2, 1).close();
        first.close();
        requests.begin("ada", 2, 1).close();
        second.close();
        for (int i = 0; i < 10; i++) {
            requests.begin("ada", 1, 1).close();
        }
    }

    /** A request with many operations counts as several, but never as more than a user may have. */
    @Test
    void manyInOneRequestCountAsSeveral() {
        try (UserRequests.Begun _ = requests.begin("ada", 20, 16)) {
            assertThatThrownBy(() -> requests.begin("ada", 20, 16)).isInstanceOf(TrivetException.class);
            requests.begin("ada", 20, 4).close();
        }
        requests.begin("ada", 2, 16).close();
        requests.begin("ada", 1, 1).close();
    }
}
