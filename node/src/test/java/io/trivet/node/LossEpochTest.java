package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LossEpochTest {
    /** Rule 7: a commit that relied on what was lost must not pass because the node was started again meanwhile. */
    @Test
    void aLossIsNotForgottenByARestart(@TempDir Path data) throws IOException {
        LossEpoch before = new LossEpoch(data);
        assertThat(before.value()).isZero();
        before.raise("a test");
        before.raise("a test");
        assertThat(before.value()).isEqualTo(2);
        assertThat(new LossEpoch(data).value()).isEqualTo(2);
    }
}
