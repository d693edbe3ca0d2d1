package io.trivet.packages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Debian package as dpkg unpacks it, into a directory instead of the root; runs the command of
 * its service.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class DebianPackageTest {
    private static final int HEADER = 60;

    @TempDir
    static Path directory;

    private static Path control;
    private static Path root;

    @BeforeAll
    static void unpack() throws Exception {
        control = Files.createDirectories(directory.resolve("control"));
        root = Files.createDirectories(directory.resolve("root"));
        Path file;
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            file = files.filter(found -> found.toString().endsWith(".deb"))
                    .findFirst()
                    .orElseThrow();
        }
        unpack(file, "control.tar.gz", control);
        unpack(file, "data.tar.gz", root);
    }

    private static void unpack(Path deb, String name, Path target) throws Exception {
        Path member = Files.write(directory.resolve(name), member(Files.readAllBytes(deb), name));
        Running.said(target, List.of("tar", "-xzf", member.toString()), Map.of());
    }

    /**
     * Of an archive as {@code ar} writes it: headers of 60 bytes, the name in the first 16, the
     * length in ten from the 48th on.
     */
    private static byte[] member(byte[] archive, String name) {
        int at = "!<arch>\n".length();
        while (at < archive.length) {
            String header = new String(archive, at, HEADER, StandardCharsets.US_ASCII);
            int length = Integer.parseInt(header.substring(48, 58).strip());
            at += HEADER;
            if (header.startsWith(name)) {
                return Arrays.copyOfRange(archive, at, at + length);
            }
            at += length + length % 2;
        }
        throw new AssertionError("no " + name);
    }

    @Test
    void theManualAndTheCompletionsAreWhereTheyAreLookedFor() throws Exception {
        Path share = root.resolve("usr/share");
        assertThat(page(share.resolve("man/man1/trivet-save.1.gz")))
                .startsWith(".TH \"TRIVET-SAVE\"")
                .contains("Saves files into the cluster.");
        assertThat(share.resolve("man/man1/trivet.1.gz")).isNotEmptyFile();
        assertThat(page(share.resolve("doc/trivet/changelog.gz"))).contains("Trivet");
        assertThat(share.resolve("zsh/vendor-completions/_trivet")).content().startsWith("#compdef trivet\n");
        assertThat(share.resolve("fish/vendor_completions.d/trivet.fish"))
                .content()
                .contains("complete -c trivet -n __trivet_only -a save ");
        String script =
                ". bash-completion/completions/trivet; COMP_WORDS=(trivet reb); COMP_CWORD=1; _complete_trivet 2>/dev/null;"
                        + " echo \"${COMPREPLY[@]}\"";
        String completed = Running.said(share, List.of("bash", "-c", script), Map.of());
        assertThat(completed.strip()).isEqualTo("rebalance");
    }

    @Test
    void alertsAndDashboardComeWithThePackage() {
        Path monitoring = root.resolve("usr/share/trivet/monitoring");
        assertThat(monitoring.resolve("alerts.yml")).content().contains("alert: TrivetNoLeader");
        assertThat(monitoring.resolve("dashboard.json")).content().contains("trivet_ready");
    }

    private static String page(Path compressed) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(compressed))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** What the key does in the shell itself, where it is installed. */
    @Test
    void fishCompletesCommandsAndValues() throws Exception {
        assumeThat(isThere("fish")).isTrue();
        String script = "source " + root.resolve("usr/share/fish/vendor_completions.d/trivet.fish")
                + "; complete -C 'trivet --cluster a:1 stat'; complete -C 'trivet nodes dr'; complete -C 'trivet --lang z'";
        assertThat(Running.said(directory, List.of("fish", "--no-config", "-c", script), Map.of())
                        .lines()
                        .map(line -> line.replaceAll("\t.*", "")))
                .containsExactly("stat", "status", "drain", "zh");
    }

    /** At the first press of the key, and without a word on the terminal besides. */
    @Test
    void zshCompletesAtOnce() throws Exception {
        assumeThat(isThere("zsh")).isTrue();
        Path script = Files.writeString(directory.resolve("keys.zsh"), """
                zmodload zsh/zpty
                zpty z 'TERM=dumb zsh -f -i'
                zpty -w z "PS1=; fpath=($1 \\$fpath); autoload -U compinit; compinit -u -D; echo rea''dy"
                zpty -r -m z line '*ready*'
                zpty -w -n z $'trivet reb\\t; echo do\\'\\'ne\\n'
                zpty -r -m z line '*done*'
                print -r -- $line
                """);
        String functions = root.resolve("usr/share/zsh/vendor-completions").toString();
        assertThat(Running.said(directory, List.of("zsh", "-f", script.toString(), functions), Map.of()))
                .contains("trivet rebalance")
                .doesNotContain("compopt");
    }

    private static boolean isThere(String shell) throws Exception {
        try (Running looking = Running.of(directory, Running.shell("command -v " + shell), Map.of())) {
            return looking.process().waitFor() == 0;
        }
    }

    /** Where the package was made is nobody's business, and differs from build to build. */
    @Test
    void theManualNamesNoPathOfTheBuild() throws IOException {
        String here = Path.of("").toAbsolutePath().getParent().toString();
        try (Stream<Path> files = Files.walk(root.resolve("usr/share"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(file.toString().endsWith(".gz") ? page(file) : Files.readString(file))
                        .as(file.toString())
                        .doesNotContain(here);
            }
        }
    }

    /**
     * Rule 1: whatever is done with the package, replicas stay. dpkg removes what the package
     * brings, purges what it names, and runs these scripts.
     */
    @Test
    void noScriptAndNoListOfThePackageReachesData() throws IOException {
        assertThat(root.resolve("var")).doesNotExist();
        assertThat(Files.readAllLines(control.resolve("conffiles"))).containsExactly("/etc/trivet/trivet.conf");
        try (Stream<Path> scripts = Files.list(control)) {
            for (Path script : scripts.toList()) {
                assertThat(Files.readString(script).replaceAll("(?m)^#.*", ""))
                        .as(script.toString())
                        .doesNotContainPattern("\\b(rm|rmdir|unlink|deluser|userdel|mv|dd|mkfs|find|truncate)\\b");
            }
        }
    }

    @Test
    void theServiceReadsTheFileOfSettingsAndNoOther() throws IOException {
        String unit = Files.readString(root.resolve("usr/lib/systemd/system/trivet.service"));
        assertThat(unit)
                .contains("ExecStart=/usr/lib/trivet/lib/serve\n")
                .doesNotContain("EnvironmentFile")
                .contains("NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet=\n");
        assertThat(Files.readAllLines(root.resolve("etc/trivet/trivet.conf"))).contains("data = /var/lib/trivet");
    }

    @Test
    void settingsThatMakeNoSenseAreToldAndNotTriedAgain() throws Exception {
        assertThat(refused("data = data\nlisen = 127.0.0.1:1\n")).contains("did you mean listen?");
        assertThat(refused("listen = 127.0.0.1:1\n")).contains("does not say where the node lives");
        assertThat(refused("data = data\nlisten = 127.0.0.1:1\n"))
                .contains("no node lives in " + directory.resolve("refused/data"))
                .contains("trivet token")
                .contains(directory.resolve("refused/token").toString());
    }

    private static String refused(String settings) throws Exception {
        Path etc = settings("refused", settings);
        try (Running serving = serve(etc)) {
            String said = serving.rest();
            assertThat(serving.process().waitFor()).as(said).isEqualTo(2);
            assertThat(etc.resolve("data")).doesNotExist();
            return said;
        }
    }

    /** The word for a new cluster is used up: on the same disk it never makes a second one. */
    @Test
    void aNewNodeIsBornOnceAndStartsAgain() throws Exception {
        Path etc = settings("first", "data = data\nlisten = 127.0.0.1:" + Running.freePort() + "\n");
        Path init = Files.createDirectories(etc.resolve("data")).resolve("init");
        Files.createFile(init);
        for (int start = 0; start < 2; start++) {
            try (Running serving = serve(etc)) {
                serving.awaitReady();
            }
        }
        assertThat(init).doesNotExist();
    }

    private static Path settings(String name, String text) throws IOException {
        Path etc = Files.createDirectories(directory.resolve(name));
        Files.writeString(etc.resolve("trivet.conf"), text);
        return etc;
    }

    private static Running serve(Path etc) throws IOException {
        return Running.of(
                etc,
                List.of(root.resolve("usr/lib/trivet/lib/serve").toString()),
                Map.of("TRIVET_SETTINGS", etc.toString()));
    }
}
