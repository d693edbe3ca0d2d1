package io.trivet.quorum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CheckpointStoreTest {
    private static final String NAME = "checkpoint.3_70_69";

    @TempDir
    Path group;

    private CheckpointStore withArrival(String request) throws IOException {
        CheckpointStore checkpointStore = new CheckpointStore(group);
        checkpointStore.recover();
        Path arrived = Files.createDirectories(
                group.resolve("tmp").resolve("snapshot-" + request).resolve(NAME));
        Files.writeString(arrived.resolve("000007.sst"), "rows");
        return checkpointStore;
    }

    @Test
    void whatArrivedIsKept() throws IOException {
        CheckpointStore checkpointStore = withArrival("a");
        checkpointStore.adopt("a");
        checkpointStore.reload();

        assertThat(checkpointStore.newest().orElseThrow().applied()).isEqualTo(69);
    }

    /** Rule 9: Ratis purges the log when this returns. */
    @Test
    void whatDidNotArriveIsNotKeptInSilence() throws IOException {
        CheckpointStore checkpointStore = withArrival("a");

        assertThatThrownBy(() -> checkpointStore.adopt("b")).isInstanceOf(IOException.class);
    }
}
