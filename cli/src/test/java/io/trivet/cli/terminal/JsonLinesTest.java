package io.trivet.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class JsonLinesTest {
    private final LoggerContext context = new LoggerContext();

    private String line(String message, @Nullable Throwable failure, Object... arguments) {
        Logger logger = context.getLogger("io.trivet.Test");
        LoggingEvent event = new LoggingEvent("here", logger, Level.INFO, message, failure, arguments);
        event.setThreadName("t");
        event.setMDCPropertyMap(Map.of("request", "0123456789abcdef"));
        return new String(new JsonLines().encode(event), StandardCharsets.UTF_8);
    }

    @Test
    void whatIsNamedInAnEventIsAField() {
        assertThat(line("refused kind={} ms={} reason=\"{}\"", null, "HasChunk", 12L, "a \"b\"\nc"))
                .endsWith("\n")
                .hasLineCount(1)
                .contains("\"level\":\"INFO\",\"thread\":\"t\",\"logger\":\"io.trivet.Test\",\"event\":\"refused\"")
                .contains("\"fields\":{\"kind\":\"HasChunk\",\"ms\":12,\"reason\":\"a \\\"b\\\"\\u000ac\"}")
                .contains("\"request\":\"0123456789abcdef\"");
    }

    @Test
    void whatIsNotAllNamedIsTextAltogether() {
        assertThat(line("{} left n={}", null, "n0", 3))
                .contains("\"event\":\"n0 left n=3\"")
                .doesNotContain("fields");
        assertThat(line("plain", null)).contains("\"event\":\"plain\"");
    }

    @Test
    void aFailureStaysOnTheLine() {
        assertThat(line("broke", new IllegalStateException("x")))
                .hasLineCount(1)
                .contains("\"error\":\"java.lang.IllegalStateException: x\\u000a");
    }
}
