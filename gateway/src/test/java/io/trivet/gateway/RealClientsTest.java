package io.trivet.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The clients that people use, each through its daily round; the bytes are compared. One that is not
 * installed is skipped: on Debian {@code apt install awscli s3cmd rclone restic} brings all.
 */
class RealClientsTest {
    private static final long LIMIT_SECONDS = 120;

    @TempDir
    static Path base;

    private static TestGateway s3;

    @TempDir
    Path directory;

    private Path source;

    @BeforeAll
    static void begin() throws IOException {
        s3 = TestGateway.start(base);
        s3.client.makeDirectory(TestGateway.ROOT);
    }

    @AfterAll
    static void end() {
        s3.close();
    }

    @BeforeEach
    void makeFiles() throws IOException {
        source = Files.createDirectories(directory.resolve("source"));
        Files.createDirectories(source.resolve("d/e"));
        file("big", 20_000_001);
        file("empty", 0);
        file("d/a", 3_000);
        file("d/a.txt", 3_001);
        file("d/e/ü x", 100_000);
    }

    private void file(String name, int length) throws IOException {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        Files.write(source.resolve(name), bytes);
    }

    private String run(String... words) throws IOException, InterruptedException {
        return run(Map.of(), words);
    }

    /** What it prints; it must end well. */
    private String run(Map<String, String> more, String... words) throws IOException, InterruptedException {
        Path output = Files.createTempFile(directory, "output", ".txt");
        ProcessBuilder process = new ProcessBuilder(words)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        Map<String, String> environment = process.environment();
        environment.keySet().removeIf(name -> name.startsWith("AWS_") || name.startsWith("RCLONE_"));
        environment.putAll(Map.of(
                "AWS_ACCESS_KEY_ID",
                s3.accessKey(),
                "AWS_SECRET_ACCESS_KEY",
                s3.secret(),
                "AWS_REGION",
                "us-east-1",
                "AWS_DEFAULT_REGION",
                "us-east-1",
                "AWS_CONFIG_FILE",
                directory.resolve("none").toString(),
                "AWS_SHARED_CREDENTIALS_FILE",
                directory.resolve("none").toString(),
                "AWS_EC2_METADATA_DISABLED",
                "true",
                "LC_ALL",
                "C.UTF-8"));
        environment.putAll(more);
        Process started = process.start();
        boolean ended = started.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            started.destroyForcibly();
        }
        String text = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(ended && started.exitValue() == 0)
                .as(String.join(" ", words) + "\n" + text)
                .isTrue();
        return text;
    }

    private static void requireInstalled(String program) {
        boolean there = Arrays.stream(System.getenv("PATH").split(":", -1))
                .anyMatch(path -> Files.isExecutable(Path.of(path, program)));
        assumeTrue(there, program + " is not installed");
    }

    private static Map<String, List<Byte>> contents(Path top) throws IOException {
        Map<String, List<Byte>> found = new TreeMap<>();
        try (Stream<Path> files = Files.walk(top)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                List<Byte> sums = new ArrayList<>();
                for (byte each :
                        io.trivet.model.Sha256.of(Files.readAllBytes(file)).toBytes()) {
                    sums.add(each);
                }
                found.put(top.relativize(file).toString(), sums);
            }
        }
        return found;
    }

    @Test
    void awsCli() throws Exception {
        requireInstalled("aws");
        String endpoint = "--endpoint-url=http://" + s3.host();
        run("aws", endpoint, "s3", "mb", "s3://awscli");
        run("aws", endpoint, "s3", "sync", "source", "s3://awscli/x", "--no-progress");
        assertThat(run("aws", endpoint, "s3", "sync", "source", "s3://awscli/x", "--no-progress"))
                .doesNotContain("upload");
        run("aws", endpoint, "s3", "mv", "s3://awscli/x/big", "s3://awscli/y/big");
        run("aws", endpoint, "s3", "mv", "s3://awscli/y/big", "s3://awscli/x/big");
        run("aws", endpoint, "s3", "sync", "s3://awscli/x", "loaded", "--no-progress");
        assertThat(contents(directory.resolve("loaded"))).isEqualTo(contents(source));
        assertThat(run("aws", endpoint, "s3", "ls", "--recursive", "s3://awscli")
                        .lines())
                .hasSize(5);
        run("aws", endpoint, "s3", "rm", "--recursive", "s3://awscli");
        run("aws", endpoint, "s3", "rb", "s3://awscli");
    }

    @Test
    void s3cmd() throws Exception {
        requireInstalled("s3cmd");
        Files.writeString(
                directory.resolve("s3cfg"),
                "[default]\naccess_key = %s\nsecret_key = %s\nhost_base = %s\nhost_bucket = %s\nuse_https = False\n"
                        .formatted(s3.accessKey(), s3.secret(), s3.host(), s3.host()));
        String[] cmd = {"s3cmd", "-c", "s3cfg", "--no-progress"};
        run(words(cmd, "mb", "s3://s3cmd"));
        run(words(cmd, "sync", "source/", "s3://s3cmd/x/"));
        assertThat(run(words(cmd, "sync", "source/", "s3://s3cmd/x/"))).doesNotContain("upload: 'source/d");
        Path changed = source.resolve("d/a");
        byte[] other = Files.readAllBytes(changed);
        other[0] ^= 1;
        var time = Files.getLastModifiedTime(changed);
        Files.write(changed, other);
        Files.setLastModifiedTime(changed, time);
        assertThat(run(words(cmd, "sync", "source/", "s3://s3cmd/x/")))
                .as("the MD5 tells a change of the same length")
                .contains("upload: 'source/d/a'");
        run(words(cmd, "cp", "s3://s3cmd/x/d/a", "s3://s3cmd/copy"));
        run(words(cmd, "mv", "s3://s3cmd/copy", "s3://s3cmd/moved"));
        run(words(cmd, "info", "s3://s3cmd/moved"));
        run(words(cmd, "del", "s3://s3cmd/moved"));
        Files.createDirectories(directory.resolve("loaded"));
        run(words(cmd, "sync", "s3://s3cmd/x/", "loaded/"));
        assertThat(contents(directory.resolve("loaded"))).isEqualTo(contents(source));
        run(words(cmd, "del", "-r", "-f", "s3://s3cmd"));
        run(words(cmd, "rb", "s3://s3cmd"));
    }

    private static String[] words(String[] first, String... rest) {
        return Stream.concat(Arrays.stream(first), Arrays.stream(rest)).toArray(String[]::new);
    }

    @Test
    void rclone() throws Exception {
        requireInstalled("rclone");
        Map<String, String> settings = Map.of(
                "RCLONE_CONFIG", directory.resolve("rclone.conf").toString(),
                "RCLONE_CONFIG_T_TYPE", "s3",
                "RCLONE_CONFIG_T_PROVIDER", "Other",
                "RCLONE_CONFIG_T_ENV_AUTH", "true",
                "RCLONE_CONFIG_T_ENDPOINT", "http://" + s3.host());
        run(settings, "rclone", "copy", "source", "t:daily-round/x");
        assertThat(run(settings, "rclone", "sync", "-v", "source", "t:daily-round/x"))
                .contains("nothing to transfer");
        run(settings, "rclone", "check", "--download", "source", "t:daily-round/x");
        String sums = run(settings, "rclone", "check", "-v", "source", "t:daily-round/x");
        assertThat(sums).doesNotContain("hashes could not be checked").contains("0 differences found");
        run(settings, "rclone", "moveto", "t:daily-round/x/big", "t:daily-round/y/big");
        run(settings, "rclone", "moveto", "t:daily-round/y/big", "t:daily-round/x/big");
        run(settings, "rclone", "copy", "t:daily-round/x", "loaded");
        assertThat(contents(directory.resolve("loaded"))).isEqualTo(contents(source));
        assertThat(Files.getLastModifiedTime(directory.resolve("loaded/d/a")))
                .isEqualTo(Files.getLastModifiedTime(source.resolve("d/a")));
        run(settings, "rclone", "purge", "t:daily-round");
        assertThat(run(settings, "rclone", "lsd", "t:")).doesNotContain("daily-round");
    }

    @Test
    void restic() throws Exception {
        requireInstalled("restic");
        Map<String, String> settings = Map.of(
                "RESTIC_REPOSITORY",
                "s3:http://" + s3.host() + "/restic",
                "RESTIC_PASSWORD",
                "a secret",
                "RESTIC_CACHE_DIR",
                directory.resolve("cache").toString());
        run(settings, "restic", "-q", "init");
        run(settings, "restic", "-q", "backup", "source");
        Files.delete(source.resolve("d/a"));
        run(settings, "restic", "-q", "backup", "source");
        run(settings, "restic", "-q", "check", "--read-data");
        run(settings, "restic", "-q", "restore", "latest", "--target", "loaded");
        assertThat(contents(directory.resolve("loaded/source"))).isEqualTo(contents(source));
        run(settings, "restic", "-q", "forget", "--keep-last", "1", "--prune");
        run(settings, "restic", "-q", "check", "--read-data");
    }
}
