package io.trivet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.cli.terminal.Console;
import io.trivet.cli.terminal.WatchedOutput;
import io.trivet.cli.text.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The reference is generated from the code and up to date. */
final class ReferenceTest {
    private static final Path REFERENCE = Path.of("../docs/reference");
    private static final String SOURCES = "../../client/src/main/proto/trivet/";

    static void isFresh(String name, String text) throws IOException {
        Path page = REFERENCE.resolve(name);
        if ("write".equals(System.getProperty("trivet.pages"))) {
            Files.writeString(page, text);
        }
        assertThat(page).as("make it anew with -Dtrivet.pages=write").hasContent(text);
    }

    @Test
    void thePageOfCommandsIsWhatTheySayOfThemselves() throws IOException {
        Console console = new Console(
                InputStream.nullInputStream(),
                new WatchedOutput(OutputStream.nullOutputStream()),
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                Set.of(),
                120,
                Map.of(),
                Path.of(""));
        String text = CommandsPage.text(new Program(console, (_, _) -> ExitCode.DONE).commandLine());
        assertThat(text).contains("## save\n").contains("## nodes drain\n").doesNotContain("man-pages");
        isFresh("commands.md", text);
    }

    @Test
    void thePageOfMessagesIsWhatTheirSourceSays() throws IOException {
        isFresh("messages.md", page("Messages", """
                What travels: a header of every frame on a connection ([formats and protocol](../formats.md)), in Protocol Buffers, version 3. A request is answered
                by one response; which, its comment says. Numbers are never used again.""", "wire.proto"));
    }

    @Test
    void thePageOfRecordsIsWhatTheirSourceSays() throws IOException {
        isFresh("records.md", page("Records", """
                What rests in the namespace, its log, its backups, and travels inside messages: in Protocol Buffers, version 3. Numbers are never used again.
                """, "state.proto"));
    }

    private static String page(String title, String introduction, String name) throws IOException {
        String file = SOURCES + name;
        return MessagesPage.text(title, introduction, file, Files.readAllLines(REFERENCE.resolve(file)));
    }
}
