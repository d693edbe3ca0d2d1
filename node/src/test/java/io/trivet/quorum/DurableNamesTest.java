package io.trivet.quorum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DurableNamesTest {
    @TempDir
    Path directory;

    private final AtomicInteger forced = new AtomicInteger();

    private DurableNames names() {
        return new DurableNames(directory, _ -> forced.incrementAndGet());
    }

    private void changedAt(Instant time) throws IOException {
        Files.setLastModifiedTime(directory, FileTime.from(time));
    }

    @Test
    void whatWasThereBeforeIsForcedOnce() throws IOException {
        changedAt(Instant.now().minusSeconds(60));
        DurableNames names = names();
        names.force();
        names.force();

        assertThat(forced).hasValue(1);
    }

    @Test
    void everyChangeIsForced() throws IOException {
        changedAt(Instant.now().minusSeconds(60));
        DurableNames names = names();
        names.force();
        Files.createFile(directory.resolve("raft-meta.tmp"));
        names.force();
        Files.move(directory.resolve("raft-meta.tmp"), directory.resolve("raft-meta"));
        names.force();

        assertThat(forced).hasValue(3);
    }

    /** A second change within one tick of the clock would go unnoticed. */
    @Test
    void soonAfterAChangeItIsForcedAgain() throws IOException {
        Instant now = Instant.now();
        changedAt(now);
        DurableNames names = names();
        names.force();
        Files.createFile(directory.resolve("log_inprogress_7"));
        changedAt(now);
        names.force();

        assertThat(forced).hasValue(2);
    }

    @Test
    void namesThatCouldNotBeForcedAreForcedTheNextTime() throws IOException {
        changedAt(Instant.now().minusSeconds(60));
        AtomicBoolean fails = new AtomicBoolean(true);
        DurableNames names = new DurableNames(directory, _ -> {
            if (fails.get()) {
                throw new IOException("no");
            }
            forced.incrementAndGet();
        });
        assertThatThrownBy(names::force).isInstanceOf(IOException.class);
        fails.set(false);
        names.force();

        assertThat(forced).hasValue(1);
    }
}
