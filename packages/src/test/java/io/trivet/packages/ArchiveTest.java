package io.trivet.packages;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The archive as its users get it: unpacked by tar, started by its launcher, without a JDK. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ArchiveTest {
    private static final String VERSION = System.getProperty("trivet.version", "");
    private static final int MAX_BYTES = 95_000_000;

    /** Those that the JVM makes while it runs, and those of Trivet that are newer than the list of classes. */
    private static final int MAX_CLASSES_NOT_READY = 120;

    @TempDir
    static Path directory;

    private static Path trivet;

    @BeforeAll
    static void unpack() throws Exception {
        Path archive = Path.of("target", "trivet-" + VERSION + ".tar.gz").toAbsolutePath();
        assertThat(archive).exists();
        assertThat(Files.size(archive)).isLessThan(MAX_BYTES);
        assertThat(run(List.of("tar", "-xzf", archive.toString(), "-C", directory.toString())))
                .isEmpty();
        trivet = directory.resolve("trivet-" + VERSION).resolve("bin/trivet");
    }

    @Test
    void theVersionIsThatOfTheBuild() throws Exception {
        assertThat(run(List.of(trivet.toString(), "--version"))).isEqualTo("trivet " + VERSION + "\n");
    }

    @Test
    void aLinkToTheLauncherIsTheLauncher() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("a link"), trivet);
        assertThat(run(List.of(link.toString(), "--version"))).isEqualTo("trivet " + VERSION + "\n");
    }

    /**
     * What makes a command start soon, without a clock: the JVM is told to end where it cannot use
     * the shared classes, few others are loaded, no library for colours is sought in every jar, and
     * each class finds its own jar.
     */
    @Test
    void aShortCommandLoadsClassesThatAreReady() throws Exception {
        List<String> loaded = loaded("--version", "");
        assertThat(loaded)
                .filteredOn(line -> line.startsWith("picocli.CommandLine source:"))
                .isNotEmpty();
        assertThat(loaded)
                .filteredOn(line -> !line.contains("shared objects file"))
                .hasSizeLessThan(MAX_CLASSES_NOT_READY);
        assertThat(Files.readString(directory.resolve("exceptions.log"))).doesNotContain("jansi", "toFileURL");
    }

    /** A command that will connect, to where nobody listens. */
    @Test
    void aCommandThatConnectsLeavesAloneWhatNodesRunOn() throws Exception {
        Path profile =
                Files.writeString(directory.resolve("profile"), """
                version = 1
                cluster = 3b2e35fb-0904-42b3-82a1-c1e1a102c754
                addresses = 127.0.0.1:%d
                authority = sha256:%s
                """.formatted(Running.freePort(), "0".repeat(64)));
        List<String> listing = loaded("ls / || true", profile.toString());
        assertThat(listing)
                .filteredOn(line -> !line.contains("shared objects file"))
                .hasSizeLessThan(MAX_CLASSES_NOT_READY);
        // The shell has them on its class path: here it is the list of providers that keeps them out.
        List<String> shell = loaded("shell || true", profile.toString());
        assertThat(List.of(listing, shell))
                .allSatisfy(loaded -> assertThat(loaded)
                        .anyMatch(line -> line.startsWith("sun.security.ssl.ClientHello"))
                        .noneMatch(line -> line.contains("bouncycastle") || line.contains(".ratis.")));
    }

    /** The lines of the JVM about each class that it loads for a command. */
    private static List<String> loaded(String words, String profile) throws Exception {
        Path log = directory.resolve("classes.log");
        String options = "-Xshare:on -Xlog:class+load:file=" + log + ":none -Xlog:exceptions=info:file="
                + directory.resolve("exceptions.log") + ":none";
        run(Running.shell(trivet + " " + words), Map.of("TRIVET_JAVA_OPTS", options, "TRIVET_CONFIG", profile));
        return Files.readAllLines(log);
    }

    @Test
    void sharedClassesThatDoNotMatchAreNotMissed() throws Exception {
        Path shared = trivet.resolveSibling("../lib/client.jsa").normalize();
        Path aside = Files.move(shared, directory.resolve("aside.jsa"));
        Files.writeString(shared, "not such a file");
        try {
            assertThat(run(List.of(trivet.toString(), "--version"))).isEqualTo("trivet " + VERSION + "\n");
        } finally {
            Files.delete(shared);
            Files.move(aside, shared);
        }
    }

    @Test
    void nativeLibrariesAreForOnePlatform() throws Exception {
        try (Stream<Path> files = Files.list(trivet.resolveSibling("../lib").normalize())) {
            for (Path jar :
                    files.filter(file -> file.toString().endsWith(".jar")).toList()) {
                try (JarFile content = new JarFile(jar.toFile())) {
                    assertThat(content.stream().map(ZipEntry::getName))
                            .as(jar.toString())
                            .allMatch(Platform.here()::keeps);
                }
            }
        }
    }

    @Test
    void cryptographyIsNativeUnlessItIsTurnedOff() throws Exception {
        assertThat(doctor(Map.of())).contains("native, by AWS-LC");
        assertThat(doctor(Map.of("TRIVET_CRYPTO", "jdk"))).contains("Java's own");
    }

    /** Whatever else it finds on this machine. */
    private static String doctor(Map<String, String> environment) throws Exception {
        List<String> doctor = List.of(trivet.toString(), "doctor", "--data", directory.toString());
        try (Running running = Running.of(directory, doctor, environment)) {
            return running.rest();
        }
    }

    @Test
    void theManualAndTheCompletionsComeWithIt() {
        Path share = trivet.resolveSibling("../share").normalize();
        assertThat(share.resolve("man/man1/trivet-namespace-backup.1")).isNotEmptyFile();
        assertThat(share.resolve("bash-completion/completions/trivet")).isNotEmptyFile();
        assertThat(share.resolve("zsh/vendor-completions/_trivet")).isNotEmptyFile();
        assertThat(share.resolve("fish/vendor_completions.d/trivet.fish")).isNotEmptyFile();
    }

    @Test
    void aTrialKeepsAFile() throws Exception {
        int port = Running.freePort();
        byte[] bytes = new byte[3_000_000];
        new Random(1).nextBytes(bytes);
        Path file = Files.write(directory.resolve("original"), bytes);
        Path back = directory.resolve("back");
        String cluster = "127.0.0.1:" + port;
        List<String> demo = List.of(
                trivet.toString(),
                "demo",
                "--nodes",
                "1",
                "--port",
                Integer.toString(port),
                "--data",
                directory.resolve("data").toString());
        try (Running trial = Running.of(directory, demo, Map.of())) {
            assertThat(trial.awaitReady()).startsWith("ready: 1 node");
            assertThat(run(List.of(trivet.toString(), "save", "--cluster", cluster, file.toString(), "/kept")))
                    .contains("saved /kept");
            run(List.of(trivet.toString(), "load", "--cluster", cluster, "/kept", back.toString()));
            assertThat(Files.readAllBytes(back)).isEqualTo(bytes);
            doWithoutEngines(cluster);
        }
    }

    /** Those that the launcher starts without them. */
    private static void doWithoutEngines(String cluster) throws Exception {
        StringBuilder all = new StringBuilder("set -e\n");
        for (String line : List.of(
                "ls -l",
                "cat /kept",
                "tree",
                "find /",
                "du",
                "df",
                "mkdir /d",
                "mv /kept /d/kept",
                "stat /d/kept",
                "where /d/kept",
                "verify /d/kept",
                "status",
                "debt",
                "masters",
                "token list",
                "nodes list",
                "user list",
                "rebalance pause",
                "rm /d/kept",
                "trash list")) {
            all.append(trivet)
                    .append(' ')
                    .append(line)
                    .append(" --cluster ")
                    .append(cluster)
                    .append(" >/dev/null\n");
        }
        assertThat(run(Running.shell(all.toString()))).isEmpty();
    }

    private static String run(List<String> command) throws Exception {
        return run(command, Map.of());
    }

    private static String run(List<String> command, Map<String, String> environment) throws Exception {
        return Running.said(directory, command, environment);
    }
}
