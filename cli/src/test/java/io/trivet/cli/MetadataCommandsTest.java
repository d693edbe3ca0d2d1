package io.trivet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.cli.remote.FakeClient;
import io.trivet.model.Attributes;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept beside the content of a file: permissions, time, attributes. */
final class MetadataCommandsTest {
    private static final RemotePath A = RemotePath.parse("/a");

    private final FakeClient client = new FakeClient().with("/a", "A").with("/dir/b", "B");

    @TempDir
    Path directory;

    private CommandRun run(String... arguments) {
        return CommandRun.of(client, directory, arguments);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "600|0600",
                "0755|0755",
                "0|0000",
                "u+x|0744",
                "go-r|0600",
                "a=rw|0666",
                "u=rwx,g=rx,o=|0750",
                "+x|0755",
                "o+w,o-r|0642",
                "a+X|0644",
                "u+x,a+X|0755",
                "g=|0604"
            })
    void aModeIsSetAsByChmod(String mode, String expected) {
        CommandRun run = run("chmod", "--json", mode, "/a");
        assertThat(run.out()).isEqualTo("{\"path\":\"/a\",\"mode\":\"" + expected + "\"}\n");
        assertThat(String.format("%04o", client.modes.get(A))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"4755", "888", "", "u+s", "rw", "+t", "u+x,"})
    void whatIsNoModeIsRefusedBeforeAnythingIsDone(String mode) {
        CommandRun run = run("chmod", mode, "/a");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("a mode is 0 to 777 in octal");
        assertThat(client.modes).isEmpty();
    }

    @Test
    void ofSeveralFilesOneFailureDoesNotKeepTheOthers() {
        CommandRun run = run("chmod", "--json", "600", "/none", "/a");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("/none: no such file");
        assertThat(run.out())
                .contains("{\"error\":{\"kind\":\"NO_SUCH_FILE\"")
                .contains("\"path\":\"/none\"}")
                .endsWith("{\"path\":\"/a\",\"mode\":\"0600\"}\n");
        assertThat(client.modes).containsOnlyKeys(A);
    }

    @Test
    void touchSetsTheTimeAndLeavesTheContent() {
        assertThat(run("touch", "-d", "2001-02-03T04:05:06.123456789Z", "/a").code())
                .isZero();
        assertThat(client.times).containsEntry(A, Instant.parse("2001-02-03T04:05:06.123456789Z"));
        assertThat(client.text("/a")).isEqualTo("A");
    }

    @Test
    void touchMakesAnEmptyFileWithTheTime() {
        CommandRun run = run("touch", "--json", "-d", "@-1.5", "/new");
        assertThat(run.out())
                .isEqualTo("{\"path\":\"/new\",\"modified\":\"1969-12-31T23:59:58.500Z\",\"made\":true}\n");
        assertThat(client.text("/new")).isEmpty();
        assertThat(client.times).containsEntry(RemotePath.parse("/new"), Instant.ofEpochMilli(-1500));
    }

    @Test
    void touchWithoutCreateMakesNothing() {
        assertThat(run("touch", "-c", "/new").code()).isZero();
        assertThat(client.files).hasSize(2);
    }

    @Test
    void touchNeverReplacesAFileThatAnotherMadeMeanwhile() {
        client.meanwhile = () -> client.with("/new", "of another");
        assertThat(run("touch", "-d", "2001-01-01T00:00:00Z", "/new").code()).isZero();
        assertThat(client.text("/new")).isEqualTo("of another");
        assertThat(client.times).containsEntry(RemotePath.parse("/new"), Instant.parse("2001-01-01T00:00:00Z"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-t|202611301213.14|2026-11-30T12:13:14",
                "-t|6911301213|1969-11-30T12:13:00",
                "-t|6811301213|2068-11-30T12:13:00",
                "-d|2026-11-30|2026-11-30T00:00:00",
                "-d|2026-11-30 12:13|2026-11-30T12:13:00"
            })
    void timesWithoutAnOffsetAreInTheZoneOfTheComputer(String option, String text, String expected) {
        assertThat(run("touch", option, text, "/a").code()).isZero();
        assertThat(client.times.get(A))
                .isEqualTo(LocalDateTime.parse(expected)
                        .atZone(ZoneId.systemDefault())
                        .toInstant());
    }

    @Test
    void touchTakesTheTimeOfAnotherFile() {
        client.times.put(RemotePath.parse("/dir/b"), Instant.ofEpochSecond(7, 8));
        assertThat(run("touch", "--reference", "/dir/b", "/a").code()).isZero();
        assertThat(client.times).containsEntry(A, Instant.ofEpochSecond(7, 8));
    }

    @Test
    void whatIsNoTimeIsWrongUsage() {
        for (String[] wrong : new String[][] {
            {"-d", "tomorrow"},
            {"-t", "2026"},
            {"-t", "202613011200"},
            {"-d", "@x"},
            {"-d", "2026-01-01", "-t", "01010000"}
        }) {
            String[] line = new String[wrong.length + 2];
            line[0] = "touch";
            System.arraycopy(wrong, 0, line, 1, wrong.length);
            line[line.length - 1] = "/a";
            assertThat(run(line).code()).as(String.join(" ", wrong)).isEqualTo(2);
        }
        assertThat(client.times).isEmpty();
    }

    @Test
    void attributesAreSetShownAndRemoved() throws IOException {
        assertThat(run("attr", "set", "/a", "user.origin", "数据").code()).isZero();
        Files.write(directory.resolve("value"), new byte[] {(byte) 0xff, 0});
        assertThat(run("attr", "set", "/a", "bin", "--from", "value").code()).isZero();
        assertThat(run("attr", "list", "/a").out()).isEqualTo("bin=base64:/wA=\nuser.origin=数据\n");
        assertThat(run("attr", "list", "--json", "/a").out())
                .isEqualTo(
                        "{\"path\":\"/a\",\"attributes\":{\"bin\":{\"base64\":\"/wA=\"},\"user.origin\":{\"text\":\"数据\"}}}\n");
        assertThat(run("attr", "get", "/a", "user.origin").out()).isEqualTo("数据");
        assertThat(run("attr", "remove", "/a", "bin").code()).isZero();
        assertThat(client.attributes.get(A).names()).containsExactly("user.origin");
    }

    @Test
    void aValueCanComeFromStandardInput() {
        CommandRun.with(client, directory, "piped", Map.of(), "attr", "set", "/a", "x", "--from", "-");
        assertThat(client.attributes.get(A).text("x")).contains("piped");
    }

    @Test
    void anAttributeThatIsNotThereIsNamed() {
        for (String command : new String[] {"get", "remove"}) {
            CommandRun run = run("attr", command, "/a", "none");
            assertThat(run.code()).isEqualTo(1);
            assertThat(run.err()).isEqualTo("trivet: /a: has no attribute none\n");
        }
    }

    @Test
    void attributesThatAreTooLargeAreRefusedAndNothingChanges() throws IOException {
        Files.write(directory.resolve("large"), new byte[Attributes.MAX_BYTES + 1]);
        CommandRun run = run("attr", "set", "/a", "x", "--from", "large");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("the attributes of a file have at most 8192 bytes");
        assertThat(client.attributes).isEmpty();
    }

    /** The attributes that were read belong to the content that was read. */
    @Test
    void attributesOfOneContentAreNotPutBesideAnother() {
        client.attributes.put(A, Attributes.NONE.with("of", "the first"));
        boolean[] once = {true};
        client.meanwhile = () -> {
            if (once[0]) {
                once[0] = false;
                client.with("/a", "the second");
                client.attributes.put(A, Attributes.NONE.with("of", "the second"));
            }
        };
        assertThat(run("attr", "set", "/a", "more", "1").code()).isZero();
        assertThat(client.attributes.get(A).text("of")).contains("the second");
        assertThat(client.attributes.get(A).text("more")).contains("1");
    }

    @Test
    void aFileThatChangesAllTheTimeIsGivenUp() {
        client.meanwhile = () -> client.with("/a", "again");
        CommandRun run = run("attr", "set", "--json", "/a", "x", "1");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).contains(Refusal.Kind.CONDITION_FAILED.name());
        assertThat(client.attributes).isEmpty();
    }

    @Test
    void theSumOfALocalFileIsThatOfItsCopyInTheCluster() throws IOException {
        Files.writeString(directory.resolve("x"), "A");
        String local = run("sum", "--local", "x").out();
        assertThat(local)
                .startsWith(io.trivet.model.Checksums.text(io.trivet.model.Checksums.of(new byte[] {'A'})))
                .contains("  sha256:559aead08264d5795d3909718cdd05abd49572e84fe55590eef31a88a08fdffd  1  x\n");
        assertThat(run("sum", "--local", "--chunk-size", "64KiB", "--json", "x", "none")
                        .out())
                .contains("\"file\":\"x\",\"size\":1,\"chunkSize\":65536")
                .contains("\"kind\":\"NO_SUCH_FILE\"");
        assertThat(run("sum", "--chunk-size", "1MiB", "/a").code()).isEqualTo(2);
        assertThat(run("sum", "/dir", "/a").err()).isEqualTo("trivet: /dir: is a directory\n");
    }

    @Test
    void directoriesHaveAModeAndATime() {
        assertThat(run("mkdir", "-m", "700", "/new", "/other").code()).isZero();
        assertThat(client.modes.get(RemotePath.parse("/new"))).isEqualTo(0700);
        assertThat(run("chmod", "--json", "g+rx", "/new").out()).isEqualTo("{\"path\":\"/new\",\"mode\":\"0750\"}\n");
        assertThat(run("touch", "-d", "@-1", "/new").code()).isZero();
        assertThat(run("stat", "--json", "/new").out())
                .contains("\"type\":\"directory\",\"modified\":\"1969-12-31T23:59:59Z\"")
                .contains("\"mode\":\"0750\"");
        assertThat(run("mkdir", "-m", "1777", "/x").code()).isEqualTo(2);
    }

    @Test
    void anOwnerIsANameWithoutAGroup() {
        assertThat(run("chown", "--json", "eve", "/a", "/dir").out())
                .isEqualTo("{\"path\":\"/a\",\"owner\":\"eve\"}\n{\"path\":\"/dir\",\"owner\":\"eve\"}\n");
        assertThat(client.changed).anyMatch(change -> change.contains("owner=eve"));
        CommandRun group = run("chown", "eve:staff", "/a");
        assertThat(group.code()).isEqualTo(2);
        assertThat(group.err()).contains("groups are not kept");
    }
}
