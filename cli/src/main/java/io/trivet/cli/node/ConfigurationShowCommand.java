package io.trivet.cli.node;

import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.DisplayWidth;
import io.trivet.cli.text.ExitCode;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.VisibleText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code trivet config show}. */
@Command(
        name = "show",
        sortOptions = false,
        header = "Prints what is in force for a node on this server, and where each value comes from.",
        description =
                "Options, environment and file are those of `trivet node`; a file that `trivet node` would refuse is refused.")
public final class ConfigurationShowCommand implements Callable<Integer> {
    private static final String NOT_SET = "-";

    private final Console console;

    @Option(
            names = "--json",
            description = "As JSON: {\"file\",\"settings\":[{\"key\",\"values\",\"origin\",\"default\"}]}.")
    boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    boolean help;

    @Spec
    @Nullable
    CommandSpec spec;

    public ConfigurationShowCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, CommandFailure {
        Configuration configuration = SettingOptions.configuration(
                        console, Objects.requireNonNull(spec).commandLine().getParseResult())
                .withResident();
        if (json) {
            console.say(json(configuration));
        } else {
            lines(configuration).forEach(console::say);
        }
        return ExitCode.DONE;
    }

    private static Json json(Configuration configuration) {
        List<Json> settings = new ArrayList<>();
        for (NodeSetting nodeSetting : NodeSetting.values()) {
            Configuration.Value value = configuration.value(nodeSetting);
            settings.add(new Json()
                    .put("key", nodeSetting.key())
                    .put("values", value.words())
                    .put("origin", value.origin())
                    .put("default", nodeSetting.usual().isEmpty() ? null : nodeSetting.usual()));
        }
        return new Json()
                .put("file", configuration.file().map(Path::toString).orElse(null))
                .put("settings", settings);
    }

    private static List<Text> lines(Configuration configuration) {
        List<Text> lines = new ArrayList<>();
        lines.add(configuration
                .file()
                .map(file -> Text.of("file {0}", file))
                .orElse(Text.of("no file: {0} or --config FILE would be read", configuration.usualFile())));
        List<String[]> rows = new ArrayList<>();
        for (NodeSetting nodeSetting : NodeSetting.values()) {
            Configuration.Value value = configuration.value(nodeSetting);
            List<String> words = value.words().isEmpty() ? List.of(NOT_SET) : value.words();
            for (String word : words) {
                rows.add(new String[] {nodeSetting.key(), VisibleText.of(word), value.origin()});
            }
        }
        String pattern = "%-" + widest(rows, 0) + "s  %-" + widest(rows, 1) + "s  %s";
        rows.forEach(row -> lines.add(Text.row(pattern, row[0], row[1], origin(row[2]))));
        return lines;
    }

    private static int widest(List<String[]> rows, int column) {
        return rows.stream().mapToInt(row -> DisplayWidth.of(row[column])).max().orElse(0);
    }

    private static Object origin(String origin) {
        return origin.equals(Configuration.Value.DEFAULT) ? Text.of("default") : origin;
    }
}
