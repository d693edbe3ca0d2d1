package io.trivet.cli.node;

import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ErrorMessage;
import io.trivet.cli.text.Text;
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
 * A node's configuration file: one {@code key = value} per line, in UTF-8. Blank lines are ignored,
 * and so is everything after a {@code #} at the beginning of a line or after a blank. Anything else
 * is an error that names the line, so that a misspelt setting is never taken for one in force.
 */
public final class ConfigurationFile {
    private static final int MAX_BYTES = 64 << 10;

    private final Path file;
    private final Map<NodeSetting, List<String>> words = new EnumMap<>(NodeSetting.class);
    private final Map<NodeSetting, Integer> lines = new EnumMap<>(NodeSetting.class);

    private ConfigurationFile(Path file) {
        this.file = file;
    }

    /** Reads the settings. Throws {@link CommandFailure} for the first invalid line. */
    public static Map<NodeSetting, Configuration.Value> read(Path file) throws IOException, CommandFailure {
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
            throw new CommandFailure(Text.of("{0}: it is not valid UTF-8", file));
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
        NodeSetting nodeSetting = NodeSetting.named(key).orElseThrow(() -> wrong(number, unknown(key)));
        Integer before = lines.putIfAbsent(nodeSetting, number);
        if (before != null && !nodeSetting.repeats()) {
            throw wrong(number, Text.of("{0} is set in line {1} already", key, before));
        }
        try {
            nodeSetting.form().check(value);
            words.computeIfAbsent(nodeSetting, _ -> new ArrayList<>()).add(placed(nodeSetting, value));
        } catch (IllegalArgumentException e) {
            throw wrong(number, Text.of("{0}: {1}", key, ErrorMessage.reason(e)));
        }
    }

    /**
     * Resolves a path against the directory of the file, so that it does not depend on the working
     * directory.
     */
    private String placed(NodeSetting nodeSetting, String value) {
        return nodeSetting.isPath()
                ? file.toAbsolutePath().resolveSibling(value).normalize().toString()
                : value;
    }

    private static Text unknown(String key) {
        return NodeSetting.nearest(key)
                .map(near -> Text.of("no setting is called {0}: did you mean {1}?", key, near.key()))
                .orElse(Text.of("no setting is called {0}: `trivet config show` lists what there is", key));
    }

    private CommandFailure wrong(int number, Text what) {
        return new CommandFailure(Text.joined(file, ":", number, ": ", what));
    }

    private Map<NodeSetting, Configuration.Value> values() {
        Map<NodeSetting, Configuration.Value> values = new EnumMap<>(NodeSetting.class);
        words.forEach((nodeSetting, said) -> values.put(
                nodeSetting,
                new Configuration.Value(said, file + ":" + Objects.requireNonNull(lines.get(nodeSetting)))));
        return values;
    }
}
