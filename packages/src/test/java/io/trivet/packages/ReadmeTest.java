package io.trivet.packages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the commands of the README as they are written, in a directory where {@code ./trivet} is the
 * program of the packages. Only ports, hosts and directories differ, so that nothing else on the
 * machine interferes.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ReadmeTest {
    private static final Path README = Path.of("../README.md");
    private static final Pattern BLOCK = Pattern.compile("```sh\\n(.*?)```", Pattern.DOTALL);

    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#]+)");

    @TempDir
    Path directory;

    @BeforeEach
    void launcher() throws IOException {
        Files.createSymbolicLink(
                directory.resolve("trivet"), Path.of("target/trivet/bin/trivet").toAbsolutePath());
    }

    @AfterEach
    void noLauncher() throws IOException {
        Files.delete(directory.resolve("trivet"));
    }

    /** What is to be typed, block by block. */
    private static List<List<String>> blocks(Path document) throws IOException {
        return BLOCK.matcher(Files.readString(document))
                .results()
                .map(block -> block.group(1).lines().toList())
                .toList();
    }

    private String type(String line, Map<String, String> environment) throws Exception {
        return Running.said(directory, Running.shell(line), environment);
    }

    @Test
    void theTrialIsAsItSays() throws Exception {
        List<String> demo = blocks(README).get(0);
        List<String> use = blocks(README).get(1);
        assertThat(demo).hasSize(1);
        assertThat(use).hasSize(2);
        byte[] bytes = new byte[1_000_000];
        new Random(1).nextBytes(bytes);
        Files.write(directory.resolve("big.bin"), bytes);
        int port = Running.freePort();
        Map<String, String> environment = Map.of("TRIVET_CLUSTER", "127.0.0.1:" + port);
        try (Running trial =
                Running.of(directory, Running.shell("exec " + demo.getFirst() + " --port " + port), Map.of())) {
            assertThat(trial.awaitReady()).startsWith("ready: 3 nodes");
            assertThat(trial.await("  ")).as("it says how it was called").startsWith("  ./trivet save ");
            assertThat(type(use.get(0), environment)).contains("saved /big.bin");
            assertThat(type(use.get(1), environment)).contains("loaded /big.bin");
            assertThat(directory.resolve("loaded.bin")).hasBinaryContent(bytes);
            String where = "./trivet where big.bin";
            assertThat(README).content().contains("`" + where + "`");
            assertThat(type(where, environment)).contains("every replica exists and is on its assigned node");
        }
    }

    @Test
    void killingOneOfThreeIsAsItSays() throws Exception {
        List<List<String>> blocks = blocks(README);
        byte[] bytes = new byte[1_000_000];
        new Random(2).nextBytes(bytes);
        Files.write(directory.resolve("big.bin"), bytes);
        int port = Running.freePort();
        Map<String, String> environment = Map.of("TRIVET_CLUSTER", "127.0.0.1:" + port);
        String demo = blocks.get(2).getFirst();
        assertThat(demo).isEqualTo("./trivet demo --processes");
        try (Running trial = Running.of(directory, Running.shell("exec " + demo + " --port " + port), Map.of())) {
            assertThat(trial.awaitReady()).startsWith("ready: 3 nodes");
            type(blocks.get(1).get(0), environment);
            List<String> said = new ArrayList<>();
            for (String line : blocks.get(3)) {
                said.add(type(line, environment));
            }
            assertThat(said.get(0)).as(blocks.get(3).get(0)).isEmpty();
            assertThat(said.get(2)).isEqualTo("identical\n");
            try (Running again =
                    Running.of(directory, Running.shell("exec " + blocks.get(4).getFirst()), environment)) {
                assertThat(again.awaitReady()).startsWith("ready: n2 serves");
                assertThat(type(blocks.get(3).get(0), environment))
                        .as("it can be killed again")
                        .isEmpty();
            }
        }
    }

    @Test
    void threeServersAreAsItSays() throws Exception {
        List<String> block = blocks(README).get(5);
        assertThat(block).hasSize(4);
        assertThat(block.getFirst()).startsWith("./trivet doctor ");
        assertThat(type(here(block.getFirst(), 1) + " || true", Map.of()))
                .as("what it finds of this machine may be bad")
                .containsPattern("ok +port \\d+");
        List<String> lines = block.subList(1, block.size());
        Map<String, String> administrator =
                Map.of("TRIVET_CONFIG", directory.resolve("data1/profile").toString());
        Path token = Path.of("/dev/null");
        List<Running> servers = new ArrayList<>();
        try {
            for (int number = 1; number <= lines.size(); number++) {
                servers.add(Running.of(
                        directory, Running.shell("exec " + here(lines.get(number - 1), number)), Map.of(), token));
                servers.getLast().awaitReady();
                if (number < lines.size()) {
                    token = Files.writeString(directory.resolve("token"), type("./trivet token", administrator));
                }
            }
            assertThat(README).content().contains("`./trivet token`");
            assertThat(type("./trivet status --json", administrator).split("\"state\":\"up\"", -1))
                    .hasSize(1 + lines.size());
        } finally {
            for (Running server : servers) {
                server.close();
            }
        }
    }

    private static String here(String line, int number) throws IOException {
        String there = "--data /srv/trivet --listen server" + number + ":7777";
        assertThat(line).contains(there);
        return line.replace(there, "--data data" + number + " --listen 127.0.0.1:" + Running.freePort());
    }

    @Test
    void whatItRefersToIsInThePackage() throws IOException {
        Path tree = Path.of("target/trivet");
        for (String name : List.of("README.md", "README.zh-CN.md")) {
            assertThat(LINK.matcher(Files.readString(tree.resolve(name))).results())
                    .isNotEmpty()
                    .allSatisfy(link -> assertThat(tree.resolve(link.group(1))).exists());
        }
    }

    @Test
    void inChineseItSaysTheSame() throws IOException {
        assertThat(blocks(Path.of("../README.zh-CN.md")))
                .isEqualTo(blocks(README))
                .hasSize(7);
    }
}
