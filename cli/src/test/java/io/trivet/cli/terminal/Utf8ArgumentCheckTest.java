package io.trivet.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.cli.text.ExitCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names that are not text are refused wherever they come from, and never taken for other names. */
final class Utf8ArgumentCheckTest {
    private static final int LIMIT_SECONDS = 60;

    @TempDir
    Path directory;

    @BeforeEach
    void onLinux() {
        Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/cmdline")), "needs /proc");
    }

    private record Ended(int code, String err) {}

    /**
     * Runs the program as its own process, in a UTF-8 locale; {@code words} is for the shell, which
     * makes bytes of it.
     */
    private Ended shell(String words, Path where, Map<String, String> environment) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Path err = Files.createTempFile(directory, "err", "");
        ProcessBuilder builder = new ProcessBuilder(
                "bash",
                "-c",
                "exec '" + java + "' -cp '" + System.getProperty("java.class.path") + "' io.trivet.cli.Main " + words);
        builder.directory(where.toFile()).redirectError(err.toFile()).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment()
                .put("TRIVET_CONFIG", directory.resolve("no-profile").toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), Files.readString(err));
    }

    @Test
    void aWordThatIsNoTextIsRefusedByTheBytesItHas() throws Exception {
        Ended one = shell("rm -r $'/m\\xfd'", directory, Map.of());
        Ended other = shell("mkdir $'/m\\xff'", directory, Map.of());
        assertThat(one.code()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(one.err()).contains("/m\\xfd: ").hasLineCount(1);
        assertThat(other.err()).contains("/m\\xff: ");
    }

    /** The mark itself is a name as good as any: it gets as far as asking for a profile. */
    @Test
    void theMarkAsAWordIsNotRefused() throws Exception {
        Ended ended = shell("ls $'/m\\xef\\xbf\\xbd'", directory, Map.of());
        assertThat(ended.code()).isEqualTo(ExitCode.FAILED);
        assertThat(ended.err()).contains("no-profile");
    }

    @Test
    void aCurrentDirectoryThatIsNoTextIsRefused() throws Exception {
        Ended ended = shell("--version; true", directory, Map.of());
        assertThat(ended.code()).isZero();
        String made = "mkdir -p $'" + directory + "/d\\xff' && cd $'" + directory + "/d\\xff' && exec ";
        ProcessBuilder builder = new ProcessBuilder(
                "bash",
                "-c",
                made + "'" + Path.of(System.getProperty("java.home"), "bin", "java") + "' -cp '"
                        + System.getProperty("java.class.path") + "' io.trivet.cli.Main save x");
        builder.environment().put("LC_ALL", "C.UTF-8");
        Path err = Files.createTempFile(directory, "err", "");
        Process process = builder.redirectError(err.toFile()).start();
        assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(Files.readString(err)).contains("d\\xff");
    }

    @Property(tries = 500)
    void differentBytesAreNeverShownAlike(@ForAll byte[] one, @ForAll byte[] other) {
        String shown = LocalNames.visible(one);
        boolean escaped = shown.contains("\\x") || LocalNames.visible(other).contains("\\x");
        if (!java.util.Arrays.equals(one, other) && !escaped) {
            assertThat(shown).isNotEqualTo(LocalNames.visible(other));
        }
        assertThat(shown.getBytes(StandardCharsets.UTF_8).length).isGreaterThanOrEqualTo(one.length);
    }

    @Property(tries = 500)
    void linesComeOutAsTheBytesTheyWereOrAreSaidToBeNone(@ForAll List<byte[]> lines) throws IOException {
        java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
        List<byte[]> wanted = new ArrayList<>();
        for (byte[] line : lines) {
            byte[] one = new String(line, StandardCharsets.ISO_8859_1)
                    .replaceAll("[\n\r]", "")
                    .getBytes(StandardCharsets.ISO_8859_1);
            wanted.add(one);
            all.writeBytes(one);
            all.write('\n');
        }
        Utf8Lines read = new Utf8Lines(new ByteArrayInputStream(all.toByteArray()));
        for (byte[] line : wanted) {
            Utf8Lines.Line next = read.next().orElseThrow();
            if (next.isText()) {
                assertThat(next.text().getBytes(StandardCharsets.UTF_8)).isEqualTo(line);
            }
            assertThat(next.isText()).isEqualTo(isUtf8(line));
        }
        assertThat(read.next()).isEqualTo(Optional.empty());
    }

    private static boolean isUtf8(byte[] bytes) {
        return java.util.Arrays.equals(
                new String(bytes, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8), bytes);
    }
}
