package io.trivet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.cli.remote.FakeClient;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Language;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The output in Chinese, letter by letter. */
final class ChineseTest {
    private static final Path HERE = Path.of("");

    private final FakeClient client = new FakeClient().with("/数据.csv", "1,2").with("/dir/b", "B");

    private CommandRun run(String... arguments) {
        return CommandRun.of(client, HERE, arguments);
    }

    @Test
    void aCommandSpeaksChinese() {
        assertThat(run("masters", "--lang", "zh").out()).isEqualTo("设定为 3 个主节点，当前为 n0，n1（领导者），n2（停机）\n");
        assertThat(run("--lang", "zh", "masters").out()).startsWith("设定为 3 个主节点");
        assertThat(run("--lang=zh", "df").out())
                .contains("节点            已用           可用 使用率")
                .contains("大约还能存放");
    }

    @Test
    void theTableOfAFileStandsInColumns() {
        assertThat(run("--lang", "zh", "where", "/dir/b").out().lines().skip(2).limit(2))
                .containsExactly(" 块号    槽      长度  节点", "    1     0    1 byte  n0 n1");
    }

    @Test
    void aFailureSaysWhatToDo() {
        assertThat(run("rm", "/dir", "--lang", "zh").err()).startsWith("trivet：/dir：目录不是空的，加上 -r 可连同其中的内容一起处理");
        assertThat(run("stat", "/无", "--lang", "zh").err()).isEqualTo("trivet：/无：没有这个文件或目录\n");
    }

    @Test
    void wrongUsageIsToldInTheLanguageThatWasAskedFor() {
        assertThat(run("--lang", "zh", "nonsense").err()).isEqualTo("trivet：没有命令 nonsense（参见 trivet --help）\n");
        assertThat(run("ls", "--nonsense", "--lang", "zh").err())
                .isEqualTo("trivet ls：没有选项 --nonsense（参见 trivet ls --help）\n");
        assertThat(run("--lang", "zh", "stat").err()).isEqualTo("trivet stat：缺少 PATH（参见 trivet stat --help）\n");
        assertThat(run("--lang", "zh", "ls", "--cluster", "nowhere").err())
                .startsWith("trivet ls：--cluster HOST:PORT：");
        assertThat(run("--lang", "xx", "ls").err())
                .isEqualTo("trivet: --lang en|zh: xx is not a supported language: en or zh (see trivet --help)\n");
        assertThat(run("--lang", "xx", "ls").code()).isEqualTo(ExitCode.WRONG_USAGE);
    }

    @Test
    void aHelpIsChinese() {
        String help = run("--lang", "zh", "save", "--help").out();
        assertThat(help)
                .startsWith("把文件保存到集群。\n用法：trivet save")
                .contains("  save FILE             保存为 /NAME\n")
                .contains("显示本帮助并退出。")
                .contains("退出码：0 成功");
        assertThat(run("--help", "--lang", "zh").out()).contains("命令：\n").contains("把文件保存到集群。");
    }

    @Test
    void jsonStaysEnglish() {
        for (String command : new String[] {"status", "nodes list", "masters", "debt", "df"}) {
            String[] words = (command + " --json").split(" ");
            String[] chinese = (command + " --json --lang zh").split(" ");
            assertThat(run(chinese).out()).isEqualTo(run(words).out()).doesNotContainPattern("\\p{IsHan}");
        }
    }

    @Test
    void manualPagesStayEnglish(@TempDir Path directory) throws IOException {
        assertThat(run("man-pages", directory.toString(), "--lang", "zh").out()).startsWith("已将 ");
        assertThat(Files.readString(directory.resolve("trivet-save.1")))
                .contains("Saves files into the cluster.")
                .doesNotContainPattern("\\p{IsHan}");
    }

    @Test
    void theLauncherTellsTheLocaleThatItFinds(@TempDir Path directory) throws Exception {
        Path java = Files.createDirectories(directory.resolve("bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\necho \"$LC_ALL\" \"$@\"\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        ProcessBuilder launcher =
                new ProcessBuilder("sh", "-c", ". src/main/sh/start.sh; start_trivet jars engines ls");
        launcher.environment().putAll(Map.of("JAVA_HOME", directory.toString(), "LANG", "zh_CN.none"));
        launcher.environment().keySet().removeAll(List.of("LC_ALL", "LC_MESSAGES", "LC_CTYPE"));
        Process process = launcher.start();
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .as("names are read as UTF-8, messages are in the language of the locale that the system may not have")
                .startsWith("C.UTF-8 ")
                .contains("-D" + Language.LOCALE_PROPERTY + "=zh_CN.none ");
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void aShellSpeaksTheLanguageOfItsLines() {
        CommandRun shell =
                CommandRun.with(client, HERE, "masters\nmasters --lang en\n", Map.of(), "shell", "--lang", "zh");
        assertThat(shell.out()).startsWith("设定为 3 个主节点").contains("3 masters configured");
    }
}
