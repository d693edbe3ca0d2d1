package io.trivet.cli.space;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.cli.CommandRun;
import io.trivet.cli.remote.FakeClient;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuotaCommandTest {
    @TempDir
    Path directory;

    private final FakeClient cluster = new FakeClient();

    @Test
    void quotasAreSetListedAndTakenAway() {
        assertThat(run("quota", "list").out()).isEqualTo("there is no quota\n");
        assertThat(run("quota", "set", "/a", "--bytes", "10G", "--files", "100000")
                        .out())
                .isEqualTo("the quota of /a is set\n");
        assertThat(run("quota", "list").out())
                .isEqualTo("       used       quota       files       quota  directory\n"
                        + "      1 GiB      10 GiB           7      100000  /a\n");
        assertThat(run("quota", "list", "--json", "/a").out())
                .isEqualTo("{\"directory\":\"/a\",\"usedBytes\":1073741824,\"quotaBytes\":10737418240,"
                        + "\"usedFiles\":7,\"quotaFiles\":100000}\n");
        assertThat(run("quota", "list", "/b").out()).isEqualTo("there is no quota\n");
        assertThat(run("df").out()).contains("quota of /a: 1 GiB of 10 GiB, 7 of 100000 files and directories\n");
        assertThat(run("quota", "remove", "/a").out()).isEqualTo("/a has no quota any more\n");
        assertThat(run("quota", "list").out()).isEqualTo("there is no quota\n");
    }

    @Test
    void limitsAreWrittenAsPeopleWriteThem() {
        for (String size : new String[] {"1024M", "1g", "1GiB", "1GB", "1073741824"}) {
            assertThat(run("quota", "set", "/", "--bytes", size, "--json").out())
                    .as(size)
                    .isEqualTo("{\"directory\":\"/\",\"quotaBytes\":1073741824,\"quotaFiles\":null}\n");
        }
        assertThat(run("quota", "set", "/", "--bytes", "none").code()).isZero();
        for (String wrong : new String[] {"", "-1", "1X", "1.5G", "999999999999999P"}) {
            assertThat(run("quota", "set", "/", "--bytes=" + wrong).code())
                    .as(wrong)
                    .isEqualTo(2);
        }
        assertThat(run("quota", "set", "/", "--files", "many").err())
                .contains("--files is a number, or none; not many");
        assertThat(run("quota", "set", "/").err()).contains("say --bytes, --files or both");
    }

    private CommandRun run(String... arguments) {
        return CommandRun.of(cluster, directory, arguments);
    }
}
