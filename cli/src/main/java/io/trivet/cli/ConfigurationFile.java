package io.trivet.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A node's file: one {@code key = value} a line, in UTF-8. Blank lines do not count, nor does what follows a {@code #} at the beginning of a line or after
 * a blank. Whatever is not understood is an error that names the line: a setting that is misspelt must not pass for one that is in force.
 */
final class ConfigurationFile {
    private static final int MAX_BYTES = 64 << 10;

    private final Path file;
    private final Map<Setting, List<String>> words = new EnumMap<>(Setting.class);
    private final Map<Setting, Integer> lines = new EnumMap<>(Setting.class);

    private ConfigurationFile(Path file) {
        this.file = file;
    }

    /** What stands in it. Throws {@link CommandFailure} for the first line that is wrong. */
    static Map<Setting, Configuration.Value> read(Path file) throws IOException, CommandFailure {
        if (Files.isRegularFile(file) && Files.size(file) > MAX_BYTES) {
            throw new CommandFailure(
                    Text.of("{0}: it is longer than {1} bytes: is it a configuration?", file, MAX_BYTES));
        }
        ConfigurationFile reading = new ConfigurationFile(file);
        int number = 0;
        for (String line : lines(file)) {
            reading.line(++number, line.replaceFirst("(^|\\s)#.*", "").strip());
        }
        return reading.values();
    }

    private static List<String> lines(Path file) throws IOException, CommandFailure {
        try {
            return Files.readAllLines(file);
        } catch (CharacterCodingException e) {
            throw new CommandFailure(Text.of("{0}: it is no text in UTF-8", file));
        }
    }

    private void line(int number, String line) throws CommandFailure {
        if (line.isEmpty()) {
            return;
        }
        int equals = line.indexOf('=');
        if (equals < 0) {
            throw wrong(number, Text.of("a line is written key = value, not {0}", line));
        }
        String key = line.substring(0, equals).strip();
        String value = line.substring(equals + 1).strip();
        Setting setting = Setting.named(key).orElseThrow(() -> wrong(number, unknown(key)));
        Integer before = lines.putIfAbsent(setting, number);
        if (before != null && !setting.repeats()) {
            throw wrong(number, Text.of("{0} is set in line {1} already", key, before));
        }
        try {
            setting.form().check(value);
            words.computeIfAbsent(setting, _ -> new ArrayList<>()).add(placed(setting, value));
        } catch (IllegalArgumentException e) {
            throw wrong(number, Text.of("{0}: {1}", key, Complaint.reason(e)));
        }
    }

    /** Relative to the directory of the file, so that it means the same from wherever the node is started. */
    private String placed(Setting setting, String value) {
        return setting.isPath()
                ? file.toAbsolutePath().resolveSibling(value).normalize().toString()
                : value;
    }

    private static Text unknown(String key) {
        return Setting.nearest(key)
                .map(near -> Text.of("no setting is called {0}: did you mean {1}?", key, near.key()))
                .orElse(Text.of("no setting is called {0}: `trivet config show` lists what there is", key));
    }

    private CommandFailure wrong(int number, Text what) {
        return new CommandFailure(Text.joined(file, ":", number, ": ", what));
    }

    private Map<Setting, Configuration.Value> values() {
        Map<Setting, Configuration.Value> values = new EnumMap<>(Setting.class);
        words.forEach((setting, said) -> values.put(
                setting, new Configuration.Value(said, file + ":" + Objects.requireNonNull(lines.get(setting)))));
        return values;
    }
}
