package io.trivet.node.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LossEpochTest {
    @TempDir
    Path data;

    /**
     * Rule 7: a commit that relied on what was lost must not pass because the node was restarted in
     * between.
     */
    @Test
    void aLossIsNotForgottenByARestart() throws IOException {
        LossEpoch before = new LossEpoch(data);
        assertThat(before.value()).isZero();
        before.raise("a test");
        before.raise("a test");
        assertThat(before.value()).isEqualTo(2);
        assertThat(new LossEpoch(data).value()).isEqualTo(2);
    }

    /** As on a full disk, which has no room for another file. */
    @Test
    void aLossIsKeptWhereNoNewFileCanBeMade() throws IOException {
        LossEpoch epoch = new LossEpoch(data);
        Files.createDirectory(data.resolve("loss-epoch.new"));
        for (int i = 0; i < 12; i++) {
            epoch.raise("a test");
        }
        assertThat(epoch.value()).isEqualTo(12);
        assertThat(new LossEpoch(data).value()).isEqualTo(12);
    }

    @Test
    void aLossThatCannotBeKeptCountsAndIsKeptLater() throws IOException {
        LossEpoch epoch = new LossEpoch(data);
        Path file = data.resolve("loss-epoch");
        Files.delete(file);
        Files.createDirectory(file);
        epoch.raise("a test");
        assertThat(epoch.value()).isEqualTo(1);

        Files.delete(file);
        epoch.atLeast(0);
        assertThat(new LossEpoch(data).value()).isEqualTo(1);
    }

    /**
     * Otherwise every commit through this node would be told to check again for ever: the
     * namespace's value never decreases.
     */
    @Test
    void whatTheNamespaceKnowsCounts() throws IOException {
        LossEpoch epoch = new LossEpoch(data);
        epoch.atLeast(3);
        assertThat(epoch.value()).isEqualTo(3);
        epoch.atLeast(2);
        assertThat(epoch.value()).isEqualTo(3);
        assertThat(new LossEpoch(data).value()).isEqualTo(3);
        epoch.raise("a test");
        assertThat(epoch.value()).isEqualTo(4);
    }
}
