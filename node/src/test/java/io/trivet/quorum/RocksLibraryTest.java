package io.trivet.quorum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RocksLibraryTest {
    private static final Path NO_PROGRAMS = Path.of("/no-programs");
    private static final Path FULL = Path.of("/full");
    private static final Path GOOD = Path.of("/good");

    private final List<Path> tried = new ArrayList<>();

    private void load(Path directory) throws IOException {
        tried.add(directory);
        if (directory.equals(NO_PROGRAMS)) {
            throw new UnsatisfiedLinkError("failed to map segment from shared object");
        }
        if (directory.equals(FULL)) {
            throw new IOException("No space left on device");
        }
    }

    @Test
    void theFirstDirectoryThatTakesProgramsIsUsed() throws IOException {
        RocksLibrary.fromFirst(List.of(NO_PROGRAMS, FULL, GOOD, Path.of("/more")), this::load);

        assertThat(tried).containsExactly(NO_PROGRAMS, FULL, GOOD);
    }

    @Test
    void whereNoneIsOneSentenceSaysWhatToDo() {
        assertThatThrownBy(() -> RocksLibrary.fromFirst(List.of(FULL, NO_PROGRAMS), this::load))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/full, /no-programs")
                .hasMessageContaining("-Djava.io.tmpdir=DIR")
                .matches(failure -> FailureKind.mayPass(failure));
    }
}
