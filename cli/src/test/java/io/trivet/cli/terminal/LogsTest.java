package io.trivet.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The content of a log. */
final class LogsTest {
    @TempDir
    Path directory;

    @AfterEach
    void away() {
        Logs.toStandardError(Logs.Settings.USUAL);
    }

    @Test
    void nobodyWritesLinesOfHisOwnIntoALog() throws IOException {
        Path file = directory.resolve("log");
        Logs.toFile(file);
        LoggerFactory.getLogger("io.trivet.test")
                .info("reason=\"{}\"", "a\n2026 ERROR b\r\u001b[2J\u009b\u202ec\u6570");
        String text = Files.readString(file);
        assertThat(text.lines()).hasSize(1);
        assertThat(text).contains("reason=\"a?2026 ERROR b??[2J??c\u6570\"");
    }
}
