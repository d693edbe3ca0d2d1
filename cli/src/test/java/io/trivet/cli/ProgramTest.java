package io.trivet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.cli.remote.FakeClient;
import io.trivet.cli.remote.Remotes;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.terminal.WatchedOutput;
import io.trivet.model.Address;
import io.trivet.model.RemotePath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProgramTest {
    private static final Path HERE = Path.of("");

    private final FakeClient client = new FakeClient().with("/data.csv", "1,2").with("/dir/b", "B");

    private CommandRun run(String... arguments) {
        return CommandRun.of(client, HERE, arguments);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "ls --nonsense",
                "ls a b",
                "save",
                "mv /a",
                "stat",
                "token --uses 0",
                "token --hours x",
                "--cluster nowhere ls",
                "ls --cluster nowhere",
                "node --init --listen h:1",
                "node --data d --init",
                "node --data d --init --join t --listen h:1",
                "node --data d --replicas 2",
                "node --data d --init --listen h:1 --replicas 0",
                "node --data d --init --listen h:1 --chunk-size 1000",
                "node --data d --join - --listen h:1",
                "demo --nodes 0",
                "demo --nodes 17",
                "demo --port 65535",
                "verify",
                "verify --all /a",
                "masters 4",
                "masters many",
                "namespace nothing",
                "namespace sweeping",
                "namespace sweeping perhaps",
                "namespace sweeping on --grace 0",
                "nodes drain",
                "nodes drain server3",
                "nodes weight n0",
                "nodes weight n0 heavy",
                "nodes weight n0 0",
                "nodes zone n0 a n1",
                "rebalance --rate fast",
                "rebalance automatic perhaps",
                "replicas 0",
                "replicas many",
                "node --data d --init --listen h:1 --forget-disk x",
                "node --data d --scrub-every 0d",
                "node --data d --scrub-every 30",
                "node --data d --log-format xml",
                "node --data d --init --listen h:1 --chunk-size 1000KB",
                "config show --listen nowhere",
                "doctor",
                "demo --repair-after 10"
            })
    void wrongUsageIsCodeTwoAndOneLine(String line) {
        CommandRun run = run(line.split(" "));
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("trivet").contains(" --help)").hasLineCount(1);
    }

    @Test
    void aFailureNamesItsIdWhenAskedToSayMore() {
        assertThat(run("stat", "-v", "/nope").err())
                .containsPattern("\ntrivet: the nodes' logs say more: grep [0-9a-f]{16}\n");
        assertThat(run("stat", "/nope").err()).doesNotContain("grep");
    }

    @Test
    void withoutCommandTheHelpIsShown() {
        CommandRun run = run();
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("Usage: trivet").contains("Exit codes: 0 done; 1 the operation failed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo",
                "node",
                "save",
                "load",
                "ls",
                "mkdir",
                "cp",
                "mv",
                "rm",
                "stat",
                "where",
                "status",
                "token",
                "shell",
                "verify",
                "namespace",
                "nodes",
                "rebalance",
                "replicas",
                "what-if",
                "rescue",
                "config",
                "doctor"
            })
    void everyCommandHasHelpThatNamesTheExitCodes(String command) {
        CommandRun run = run(command, "--help");
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("Usage: trivet " + command).contains("Exit codes: 0 done");
    }

    @Test
    void aFailureIsCodeOneAndOneLine() {
        CommandRun run = run("stat", "/no\u001b[31m\nne");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).isEqualTo("trivet: /no\\x1b[31m\\nne: no such file or directory\n");
    }

    @Test
    void aBugIsOneLineUnlessDebuggingIsOn() {
        Remotes broken = (_, _) -> {
            throw new IllegalStateException("broken");
        };
        assertThat(runWith(broken, Map.of()))
                .isEqualTo("trivet: internal error: java.lang.IllegalStateException: broken (TRIVET_DEBUG=1 shows"
                        + " where)\n");
        assertThat(runWith(broken, Map.of("TRIVET_DEBUG", "1"))).contains("\tat io.trivet.cli.");
    }

    private static String runWith(Remotes remotes, Map<String, String> environment) {
        var err = new ByteArrayOutputStream();
        Console console = new Console(
                System.in,
                new WatchedOutput(OutputStream.nullOutputStream()),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Set.of(),
                80,
                environment,
                HERE);
        assertThat(new Program(console, remotes).run("ls")).isEqualTo(1);
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void outputThatCannotBeWrittenIsAFailure() {
        var err = new ByteArrayOutputStream();
        OutputStream full = new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                throw new IOException("No space left on device");
            }
        };
        Console console = new Console(
                System.in,
                new WatchedOutput(full),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Set.of(),
                80,
                Map.of(),
                HERE);
        assertThat(new Program(console, (_, use) -> use.with(client.remote())).run("ls"))
                .isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("standard output: No space left on device");
    }

    @Test
    void theClusterIsTheOptionsThenTheEnvironmentsThenTheProfiles() {
        assertThat(asked(Map.of(), "ls")).isEmpty();
        Map<String, String> environment = Map.of("TRIVET_CLUSTER", "a:1, b:2");
        assertThat(asked(environment, "ls")).containsExactly(new Address("a", 1), new Address("b", 2));
        assertThat(asked(environment, "ls", "--cluster", "c:3,[::1]:4"))
                .containsExactly(new Address("c", 3), new Address("::1", 4));
        assertThat(asked(environment, "--cluster", "c:3", "ls")).containsExactly(new Address("c", 3));
        CommandRun run = CommandRun.with(client, HERE, "", Map.of("TRIVET_CLUSTER", "x"), "ls");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("TRIVET_CLUSTER");
    }

    private List<Address> asked(Map<String, String> environment, String... arguments) {
        List<Address> asked = new ArrayList<>();
        Console console = new Console(
                System.in,
                new WatchedOutput(OutputStream.nullOutputStream()),
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                Set.of(),
                80,
                environment,
                HERE);
        Remotes remotes = (seeds, use) -> {
            asked.addAll(seeds);
            return use.with(client.remote());
        };
        assertThat(new Program(console, remotes).run(arguments)).isZero();
        return asked;
    }

    @Test
    void listingNamesDirectoriesWithASlash() {
        assertThat(run("ls").out()).isEqualTo("data.csv\ndir/\n");
        assertThat(run("ls", "dir").out()).isEqualTo("b\n");
        assertThat(run("ls", "/data.csv").out()).isEqualTo("data.csv\n");
        assertThat(run("ls", "/none").code()).isEqualTo(1);
    }

    @Test
    void aLongListingHasSizeAndChecksum() {
        assertThat(run("ls", "-l").out().lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .matches(
                                        "-rw-r--r--  me          3 bytes  \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d  [0-9a-f]{8}  data.csv"),
                        line -> assertThat(line)
                                .matches(
                                        "drwxr-xr-x  me                -  \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d         -  dir/"));
    }

    @Test
    void listingAsJson() {
        assertThat(run("ls", "--json").out())
                .matches(
                        "\\{\"path\":\"/\",\"entries\":\\[\\{\"name\":\"data.csv\",\"type\":\"file\",\"size\":3,"
                                + "\"modified\":\"1970-01-01T00:00:00Z\",\"crc32c\":\"[0-9a-f]{8}\",\"owner\":\"me\",\"mode\":\"0644\"},"
                                + "\\{\"name\":\"dir\",\"type\":\"directory\",\"modified\":\"1970-01-01T00:00:00Z\",\"owner\":\"me\",\"mode\":\"0755\"}]}\n");
    }

    @Test
    void verifyTellsWhatIsBad() {
        assertThat(run("verify", "data.csv").out())
                .contains("/data.csv: whole, 1 chunk, 2 replicas read, 0 bad, 0 missing, crc32c ")
                .endsWith("verified 1 file: 2 replicas read, 0 bad, 0 missing\n");
        client.rotten.add(RemotePath.parse("/dir/b"));
        CommandRun all = run("verify", "--all");
        assertThat(all.code()).isEqualTo(1);
        assertThat(all.out())
                .contains("/dir/b: NOT WHOLE, 1 chunk, 2 replicas read, 1 bad, 0 missing")
                .contains("  chunk 1: sound on n0, bad on n1\n")
                .endsWith("verified 2 files: 4 replicas read, 1 bad, 0 missing\n");
        assertThat(run("verify", "/dir/b", "--json").out())
                .isEqualTo("{\"path\":\"/dir/b\",\"whole\":false,\"chunks\":1,\"checked\":2,\"bad\":1,\"missing\":0,"
                        + "\"wholeMatches\":true,\"silent\":[],"
                        + "\"faults\":[{\"number\":1,\"sound\":[\"n0\"],\"bad\":[\"n1\"]}]}\n");
    }

    @Test
    void mastersAreShownAndWanted() {
        assertThat(run("masters").out()).isEqualTo("3 masters configured, now n0, n1 (leader), n2 (down)\n");
        assertThat(run("masters", "--json").out())
                .isEqualTo("{\"wanted\":3,\"masters\":[\"n0\",\"n1\",\"n2\"],\"voting\":[\"n1\"],\"leader\":\"n1\"}\n");
        assertThat(client.mastersWanted).isEmpty();
        assertThat(run("masters", "5").out()).startsWith("5 masters configured, now n0");
        assertThat(client.mastersWanted).containsExactly(5);
    }

    @Test
    void sweepingIsTurnedOffAndOn() {
        assertThat(run("namespace", "sweeping", "off").out()).isEqualTo("sweeping off\n");
        assertThat(run("namespace", "sweeping", "on", "--grace", "60").out()).isEqualTo("sweeping on, grace 1 min\n");
        assertThat(client.sweepings).containsExactly("false null", "true PT1M");
    }

    @Test
    void theNamespaceIsBackedUpToALocalFile(@TempDir Path directory) {
        assertThat(CommandRun.of(client, directory, "namespace", "backup", "names")
                        .out())
                .startsWith("backed up the namespace to ")
                .endsWith("names: 5.89 KiB\n");
        CommandRun restore = CommandRun.of(client, directory, "namespace", "restore", "names", "--data", "nowhere");
        assertThat(restore.code()).isEqualTo(1);
        assertThat(run("namespace", "restore", "names").code()).isEqualTo(2);
    }

    @Test
    void aBackupThatCannotBeRestoredIsAFailure(@TempDir Path directory) {
        assertThat(CommandRun.of(client, directory, "namespace", "backup", "names")
                        .code())
                .isZero();
        byte[] before = client.backup;
        client.backup = new byte[] {1, 2, 3};
        CommandRun run = CommandRun.of(client, directory, "namespace", "backup", "names");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("the new backup cannot be restored and was not kept");
        assertThat(directory.resolve("names")).as("the backup of before").hasBinaryContent(before);
    }

    @Test
    void directoriesAreMade() {
        assertThat(run("mkdir", "/x/y", "z").code()).isZero();
        assertThat(client.directories).contains(RemotePath.parse("/x/y"), RemotePath.parse("/z"));
        assertThat(run("mkdir", "-p", "/x/y").code()).isZero();
        assertThat(run("mkdir", "/data.csv").code()).isEqualTo(1);
    }

    @Test
    void aMoveGoesIntoADirectory() {
        assertThat(run("mv", "/data.csv", "/dir").code()).isZero();
        assertThat(client.text("/dir/data.csv")).isEqualTo("1,2");
        assertThat(run("mv", "/dir/data.csv", "/new.csv").code()).isZero();
        assertThat(client.text("/new.csv")).isEqualTo("1,2");
        assertThat(run("mv", "/new.csv", "/other/").code()).isZero();
        assertThat(client.text("/other/new.csv")).isEqualTo("1,2");
        assertThat(run("mv", "/", "/x").code()).isEqualTo(1);
    }

    @Test
    void copiesGoWhereTheyAreMeantTo() {
        assertThat(run("cp", "/data.csv", "/second.csv").out()).startsWith("copied 1 file, 3 bytes, in ");
        assertThat(client.text("/second.csv")).isEqualTo("1,2");
        assertThat(run("cp", "/data.csv", "/second.csv", "/dir").code()).isZero();
        assertThat(client.text("/dir/second.csv")).isEqualTo("1,2");
        assertThat(run("cp", "/data.csv", "/new/").code()).isZero();
        assertThat(client.text("/new/data.csv")).isEqualTo("1,2");
        assertThat(client.text("/data.csv")).isEqualTo("1,2");
        assertThat(run("cp", "/data.csv", "/second.csv", "/none").err()).contains("/none is no directory");
        assertThat(run("cp", "/none", "/x").code()).isEqualTo(1);
        assertThat(run("cp", "-n", "/data.csv", "/second.csv").err()).contains("/second.csv exists and stays as it is");
    }

    @Test
    void aDirectoryIsCopiedWithWhatIsInIt() {
        run("cp", "/data.csv", "/dir/deep/");
        assertThat(run("cp", "/dir", "/again").err()).contains("/dir is a directory: add -r");
        CommandRun run = run("cp", "-r", "--json", "/dir", "/again");
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("\"failed\":0");
        assertThat(client.text("/again/deep/data.csv")).isEqualTo("1,2");
        assertThat(run("cp", "-r", "/dir", "/again").code()).isZero();
        assertThat(client.text("/again/dir/deep/data.csv")).isEqualTo("1,2");
        assertThat(run("cp", "-r", "/dir", "/dir/deep").err()).contains("cannot be copied into itself");
    }

    @Test
    void whatCanBeRemovedIsRemoved() {
        CommandRun run = run("rm", "/none", "/data.csv", "/dir");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err())
                .isEqualTo("trivet: /none: no such file or directory\n"
                        + "trivet: /dir: directory is not empty: add -r to remove all that is in it\n");
        assertThat(client.files).containsOnlyKeys(RemotePath.parse("/dir/b"));
        assertThat(run("rm", "-r", "/dir").code()).isZero();
        assertThat(run("rm", "-r", "/").code()).isEqualTo(1);
    }

    @Test
    void aTokenIsOneLine() {
        assertThat(run("token").out()).isEqualTo("token-1-1\n");
        assertThat(run("token", "--hours", "2", "--uses", "3").out()).isEqualTo("token-2-3\n");
    }

    @Test
    void aShellRunsLinesFromAPipe() {
        String lines = "ls\n\nstat /none \nmkdir 'a b'\n'open\nexit\nls\n";
        CommandRun run = CommandRun.with(client, HERE, lines, Map.of(), "shell");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).isEqualTo("data.csv\ndir/\n");
        assertThat(run.err().lines()).hasSize(2);
        assertThat(client.directories).contains(RemotePath.parse("/a b"));
        assertThat(CommandRun.with(client, HERE, "shell\ndemo\n", Map.of(), "shell")
                        .err())
                .contains("no command shell");
    }

    /** Programs that use the command line read failures, whatever they asked for. */
    @Test
    void everyCommandThatEndsTellsItsFailuresAsJson() {
        Console console = new Console(
                java.io.InputStream.nullInputStream(),
                new WatchedOutput(java.io.OutputStream.nullOutputStream()),
                new java.io.PrintStream(java.io.OutputStream.nullOutputStream()),
                Set.of(),
                80,
                Map.of(),
                HERE);
        List<String> without = new ArrayList<>();
        withoutJson(new Program(console, (_, _) -> 0).commandLine(), without);
        assertThat(without)
                .containsExactlyInAnyOrder(
                        "trivet",
                        "demo",
                        "node",
                        "s3",
                        "serve",
                        "console",
                        "shell",
                        "completion",
                        "man-pages",
                        "config",
                        "trash",
                        "receipt",
                        "attr",
                        "nodes",
                        "namespace",
                        "user",
                        "group",
                        "quota");
    }

    private static void withoutJson(picocli.CommandLine command, List<String> names) {
        if (!command.getCommandSpec().optionsMap().containsKey("--json")) {
            names.add(command.getCommandName());
        }
        command.getSubcommands().values().forEach(below -> withoutJson(below, names));
    }

    @Test
    void failuresAreJsonWhereTheOutputIsNot() {
        CommandRun run = run("mv", "--json", "/none", "/x");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).startsWith("{\"error\":{\"kind\":\"NO_SUCH_FILE\",\"message\":\"/none: no such file");
        assertThat(run.err()).startsWith("trivet: /none: no such file");
    }

    @Test
    void wrongUsageIsJsonToo() {
        for (String[] wrong : new String[][] {
            {"mv", "--json", "/a"}, {"ls", "--json", "--nonsense"}, {"sum", "--json", "--chunk-size", "1MiB", "/a"}
        }) {
            CommandRun run = run(wrong);
            assertThat(run.code()).isEqualTo(2);
            assertThat(run.out()).startsWith("{\"error\":{\"kind\":\"WRONG_USAGE\",\"message\":\"");
        }
        assertThat(run("mv", "/a").out()).isEmpty();
    }

    /** Bytes of a file and JSON cannot share standard output. */
    @Test
    void theFailureOfACommandThatWritesBytesIsOnStandardError() {
        for (String[] line : new String[][] {{"cat", "--json", "/none"}, {"load", "--json", "/none", "-"}}) {
            CommandRun run = run(line);
            assertThat(run.code()).isEqualTo(1);
            assertThat(run.out()).isEmpty();
            assertThat(run.err()).contains("{\"error\":{\"kind\":\"NO_SUCH_FILE\"");
        }
    }

    @Test
    void whatIsRemovedAndWhatIsNotIsTold() {
        CommandRun run = run("rm", "--json", "/none", "/data.csv");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out())
                .contains("\"kind\":\"NO_SUCH_FILE\"")
                .contains("\"path\":\"/none\"}")
                .contains("{\"path\":\"/data.csv\",\"removed\":true}");
    }
}
