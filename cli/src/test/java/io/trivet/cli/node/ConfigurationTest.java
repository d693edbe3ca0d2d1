package io.trivet.cli.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.trivet.cli.CommandRun;
import io.trivet.cli.remote.FakeClient;
import io.trivet.cli.text.Units;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ConfigurationTest {
    private static final Path PAGE = Path.of("../docs/reference/configuration.md");

    @TempDir
    Path directory;

    private CommandRun show(Map<String, String> environment, String... more) {
        String[] words = new String[more.length + 2];
        words[0] = "config";
        words[1] = "show";
        System.arraycopy(more, 0, words, 2, more.length);
        return CommandRun.with(new FakeClient(), directory, "", environment, words);
    }

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("node.conf"), text);
    }

    private CommandRun refused(String text) throws IOException {
        CommandRun run = show(Map.of(), "--config", file(text).toString());
        assertThat(run.code()).as(run.out()).isEqualTo(1);
        assertThat(run.err()).hasLineCount(1);
        return run;
    }

    @Test
    void anOptionGoesBeforeAVariableBeforeTheFileBeforeTheDefault() throws IOException {
        Path file = file("""
            # of this server
            data = /d
            repair.after = 20min   # we restart slowly
            scrub.every = 10 d
            log.format=json
            """);
        Map<String, String> environment = Map.of(
                "TRIVET_NODE_CONFIG",
                file.toString(),
                "TRIVET_NODE_SCRUB_EVERY",
                "20d",
                "TRIVET_NODE_LOG_FORMAT",
                "text");
        CommandRun run = show(environment, "--log-format", "json");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out().replaceAll(" +", " ").lines())
                .contains(
                        "file " + file,
                        "data /d " + file + ":2",
                        "repair.after 20min " + file + ":3",
                        "scrub.every 20d TRIVET_NODE_SCRUB_EVERY",
                        "log.format json --log-format",
                        "sweep.every 1h default",
                        "listen - default");
    }

    @Test
    void jsonSaysTheSame() throws IOException {
        Path file = file("data = /d\ndisk = /e\ndisk = /f\n");
        CommandRun run = show(Map.of(), "--json", "--config", file.toString());
        assertThat(run.out())
                .startsWith("{\"file\":\"" + file + "\"")
                .contains(
                        "{\"key\":\"disk\",\"values\":[\"/e\",\"/f\"],\"origin\":\"" + file + ":2\",\"default\":null}")
                .contains(
                        "{\"key\":\"repair.after\",\"values\":[\"10min\"],\"origin\":\"default\",\"default\":\"10min\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "repair.afer,repair.after",
        "repair-after,repair.after",
        "repairAfter,repair.after",
        "lisen,listen",
        "log-format,log.format",
        "certificate.live,certificate.life",
        "disks,disk"
    })
    void aMisspeltKeyIsAnErrorThatSuggestsTheRightOne(String written, String meant) throws IOException {
        assertThat(refused("data = /d\n" + written + " = 1\n").err())
                .contains("node.conf:2: no setting is called " + written + ": did you mean " + meant + "?");
    }

    @Test
    void aKeyLikeNoneIsAnErrorWithoutAGuess() throws IOException {
        assertThat(refused("colour = blue\n").err())
                .contains("node.conf:1: no setting is called colour")
                .doesNotContain("did you mean")
                .contains("config show");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "repair.after = 10",
                "repair.after = 10m",
                "repair.after = 0s",
                "repair.after = 31d",
                "repair.after = 999999999999999d",
                "repair.after =",
                "listen = here",
                "log.level = loud",
                "data =",
                "data",
                "data = /d\ndata = /e"
            })
    void whatMakesNoSenseIsAnErrorThatNamesTheLine(String text) throws IOException {
        assertThat(refused(text + "\n").err()).containsPattern("node.conf:[12]: ");
    }

    @Test
    void variablesAreCheckedLikeTheFile() {
        assertThat(show(Map.of("TRIVET_NODE_LISTN", "h:1")).err()).contains("did you mean TRIVET_NODE_LISTEN?");
        assertThat(show(Map.of("TRIVET_NODE_LOG_LEVEL", "loud")).err()).contains("TRIVET_NODE_LOG_LEVEL: it is one of");
    }

    @Test
    void aFileThatIsNamedMustBeThere() {
        CommandRun run = show(Map.of(), "--config", "missing.conf");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("missing.conf: no such file");
    }

    @Test
    void theFileInTheDataDirectoryCountsWhereADirectoryIsNamed() throws IOException {
        Files.writeString(directory.resolve("trivet.conf"), "listen = server1:7777\ndisk = more\n");
        CommandRun run = show(Map.of(), "--data", directory.toString());
        assertThat(run.out().replaceAll(" +", " "))
                .contains("listen server1:7777 " + directory.resolve("trivet.conf") + ":1")
                .contains("disk " + directory.resolve("more") + " ");
    }

    /** A node that exists listens somewhere although nobody says where. */
    @Test
    void whatANodeKeepsByItselfIsShown() throws IOException {
        Path data = Files.createDirectories(directory.resolve("n3"));
        Path identity = Files.writeString(data.resolve("node"), """
            version 1
            cluster 00000000-0000-0000-0000-00000000002a
            node n3
            key 00000000-0000-0000-0000-00000000002b
            authority plaintext
            address server4:7777
            complete true
            seat none
            disk0 %s
            disk1 /more
            """.formatted(data));
        assertThat(show(Map.of(), "--data", data.toString()).out().replaceAll(" +", " "))
                .contains("listen server4:7777 " + identity)
                .contains("disk /more " + identity);
        assertThat(show(Map.of(), "--data", data.toString(), "--listen", "h:1")
                        .out()
                        .replaceAll(" +", " "))
                .contains("listen h:1 --listen");
    }

    @Test
    void aNodeDoesNotStartWithAFileThatIsWrong() throws IOException {
        Path file = file("data = d\nlisten = 127.0.0.1:1\nscrub = 3d\n");
        CommandRun run = CommandRun.of(new FakeClient(), directory, "node", "--config", file.toString(), "--init");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("node.conf:3: no setting is called scrub");
        assertThat(directory.resolve("d")).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource
    void whatIsUsualIsAllowed(NodeSetting nodeSetting) {
        assertThat(nodeSetting.meaning()).endsWith(".");
        if (!nodeSetting.usual().isEmpty()) {
            assertThatCode(() -> nodeSetting.form().check(nodeSetting.usual())).doesNotThrowAnyException();
        }
        assertThat(NodeSetting.named(nodeSetting.key())).contains(nodeSetting);
    }

    @Test
    void timesAndSizesHaveUnits() {
        assertThat(Units.time("90min")).isEqualTo(Duration.ofMinutes(90));
        assertThat(Units.time("10 min")).isEqualTo(Duration.ofMinutes(10));
        assertThat(Units.text(Duration.ofMinutes(90))).isEqualTo("90min");
        assertThat(Units.text(Duration.ofDays(30))).isEqualTo("30d");
        assertThat(Units.bytes("50MiB")).isEqualTo(52_428_800);
        assertThat(Units.bytes("65536")).isEqualTo(65_536);
    }

    @Test
    void thePageIsMadeFromTheTable() throws IOException {
        if ("write".equals(System.getProperty("trivet.pages"))) {
            Files.createDirectories(PAGE.toAbsolutePath().normalize().getParent());
            Files.writeString(PAGE, ConfigurationPage.text());
        }
        assertThat(PAGE).as("make it anew with -Dtrivet.pages=write").hasContent(ConfigurationPage.text());
    }
}
