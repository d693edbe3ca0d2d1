package io.trivet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.client.TrivetClient;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The program in {@code docs/java.md} compiles for Java 21 with only the client module, and does
 * what it says.
 */
@Timeout(120)
class LibraryGuideTest {
    private static final Path GUIDE = Path.of("../docs/java.md");
    private static final Pattern PROGRAM = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

    @TempDir
    private Path base;

    @Test
    void theProgramOfTheGuideRuns() throws Exception {
        Matcher program = PROGRAM.matcher(Files.readString(GUIDE));
        assertThat(program.find()).isTrue();
        Path source = Files.writeString(base.resolve("Example.java"), program.group(1));
        byte[] bytes = "the bytes of a file".getBytes(StandardCharsets.UTF_8);
        Path data = Files.write(base.resolve("data"), bytes);
        String client = Path.of(TrivetClient.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toString();
        assertThat(ToolProvider.getSystemJavaCompiler()
                        .run(
                                null,
                                null,
                                null,
                                "--release",
                                "21",
                                "-proc:none",
                                "-cp",
                                client,
                                "-d",
                                base.toString(),
                                source.toString()))
                .isZero();
        try (LiveCluster cluster = LiveCluster.start(base.resolve("cluster"))) {
            String said = run(cluster.profile(), data);
            assertThat(said).contains("stored on 1 nodes", "data", "stream", "log");
        }
        assertThat(base.resolve("loaded")).hasBinaryContent(bytes);
        assertThat(base.resolve("rest")).hasBinaryContent(Arrays.copyOfRange(bytes, 1, bytes.length));
    }

    private String run(Path profile, Path data) throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
        try (URLClassLoader classes =
                new URLClassLoader(new URL[] {base.toUri().toURL()}, LibraryGuideTest.class.getClassLoader())) {
            classes.loadClass("Example").getMethod("main", String[].class).invoke(null, (Object)
                    new String[] {profile.toString(), data.toString()});
        } finally {
            System.setOut(before);
        }
        return said.toString(StandardCharsets.UTF_8);
    }
}
