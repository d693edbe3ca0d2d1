package io.trivet.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkplaceTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @TempDir
    Path disk;

    @Test
    void whatWasStartedEndsWithThePlaceAndNothingIsLeft() throws IOException {
        Daemon daemon;
        try (Workplace place = new Workplace(disk, disk, 0)) {
            daemon = Daemon.start(
                    place, "sleeper", place.newFolder("x"), List.of("sh", "-c", "echo ready; exec sleep 60"), Map.of());
            daemon.awaitLine(line -> line.equals("ready"), LIMIT);
            assertThat(disk).isNotEmptyDirectory();
        }
        assertThat(ProcessHandle.of(daemon.id()).filter(ProcessHandle::isAlive)).isEqualTo(Optional.empty());
        assertThat(disk).isEmptyDirectory();
    }

    /** So that a mount is gone before the folder in which it is. */
    @Test
    void whatWasSaidLastIsUndoneFirst() throws IOException {
        List<String> undone = new ArrayList<>();
        try (Workplace place = new Workplace(disk, disk, 0)) {
            place.atEnd(() -> undone.add("first"));
            place.atEnd(() -> undone.add("last " + Files.exists(place.folder())));
        }
        assertThat(undone).containsExactly("last true", "first");
    }
}
