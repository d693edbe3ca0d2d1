package io.trivet.cli;

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
final class ConfigurationShowCommand implements Callable<Integer> {
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

    ConfigurationShowCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, CommandFailure {
        Configuration configuration = SettingOptions.configuration(
                console, Objects.requireNonNull(spec).commandLine().getParseResult());
        if (json) {
            console.say(json(configuration).toString());
        } else {
            lines(configuration).forEach(console::say);
        }
        return Program.DONE;
    }

    private static Json json(Configuration configuration) {
        List<Json> settings = new ArrayList<>();
        for (Setting setting : Setting.values()) {
            Configuration.Value value = configuration.value(setting);
            settings.add(new Json()
                    .put("key", setting.key())
                    .put("values", value.words())
                    .put("origin", value.origin())
                    .put("default", setting.usual().isEmpty() ? null : setting.usual()));
        }
        return new Json()
                .put("file", configuration.file().map(Path::toString).orElse(null))
                .put("settings", settings);
    }

    private static List<String> lines(Configuration configuration) {
        List<String> lines = new ArrayList<>();
        lines.add(configuration
                .file()
                .map(file -> "file " + Wording.visible(file.toString()))
                .orElse("no file: " + Configuration.OF_THE_SYSTEM + " or --config FILE would be read"));
        List<String[]> rows = new ArrayList<>();
        for (Setting setting : Setting.values()) {
            Configuration.Value value = configuration.value(setting);
            List<String> words = value.words().isEmpty() ? List.of(NOT_SET) : value.words();
            for (String word : words) {
                rows.add(new String[] {setting.key(), Wording.visible(word), Wording.visible(value.origin())});
            }
        }
        int keys = rows.stream().mapToInt(row -> row[0].length()).max().orElse(0);
        int values = rows.stream().mapToInt(row -> row[1].length()).max().orElse(0);
        rows.forEach(row -> lines.add(pad(row[0], keys) + "  " + pad(row[1], values) + "  " + row[2]));
        return lines;
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(width - text.length());
    }
}
