package io.trivet.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Refusal;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FileFailureTest {
    private static FileFailure of(String reason) {
        return FileFailure.of(new FileSystemException("/f", null, reason));
    }

    /** Only the last two are failures of the disk. */
    @ParameterizedTest
    @CsvSource({
        "No space left on device, FULL, DISK_FULL",
        "Disk quota exceeded, QUOTA, DISK_FULL",
        "Read-only file system, READ_ONLY, DENIED",
        "Operation not permitted, NOT_PERMITTED, DENIED",
        "File name too long, NAME_TOO_LONG, BAD_NAME",
        "Too many levels of symbolic links, LOOP, BAD_NAME",
        "File too large, TOO_LARGE, DENIED",
        "Too many open files, TOO_MANY_OPEN, DENIED",
        "Too many open files in system, TOO_MANY_OPEN, DENIED",
        "Not a directory, NO_DIRECTORY, NOT_A_DIRECTORY",
        "Text file busy, IN_USE, DENIED",
        "Something that nobody has heard of, OTHER, DENIED",
        "Input/output error, FAULTY, DISK_FAILED",
        "Stale file handle, FAULTY, DISK_FAILED"
    })
    void aCauseIsNamedAsWhatItIs(String reason, FileFailure cause, Refusal.Kind kind) {
        assertThat(of(reason)).isEqualTo(cause);
        assertThat(cause.kind()).isEqualTo(kind);
        assertThat(FileFailure.of(new IOException(reason)))
                .as("of a channel, without a name")
                .isEqualTo(cause);
    }

    @Test
    void whatIsNotKnownKeepsTheWordsOfTheSystem() {
        FileSystemException odd = new FileSystemException("/f", null, "Odd error");
        assertThat(FileFailure.of(odd).sentence(odd)).isEqualTo("the system says: Odd error");
        IOException silent = new IOException();
        assertThat(FileFailure.of(silent).sentence(silent)).isEqualTo("the system says: nothing more");
    }

    @Test
    void typesSayMoreThanWords() {
        assertThat(FileFailure.of(new NoSuchFileException("/No space left"))).isEqualTo(FileFailure.MISSING);
        assertThat(FileFailure.of(new AccessDeniedException("/f"))).isEqualTo(FileFailure.RIGHT);
    }
}
