package io.trivet.cli;

import io.trivet.model.Address;
import io.trivet.model.TrivetException;
import io.trivet.node.Resident;
import io.trivet.node.Upkeep;
import io.trivet.repair.RepairSettings;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What is in force for a node, and where each value comes from. An option goes before the environment, the environment before the file, the file before
 * what is usual; a list is taken whole from the first of them that has any.
 *
 * <p>One file at most is read: the one that {@code --config} or {@code TRIVET_NODE_CONFIG} names; else {@code trivet.conf} in the data directory, where an
 * option or the environment names one; else {@code /etc/trivet/trivet.conf}. So whoever names another directory is not surprised by the settings of the
 * node that the system runs.
 */
final class Configuration {
    static final String FILE_NAME = "trivet.conf";
    static final Path OF_THE_SYSTEM = Path.of("/etc/trivet/trivet.conf");
    static final String FILE_VARIABLE = Setting.ENVIRONMENT_PREFIX + "CONFIG";

    /**
     * @param words none: it is not set
     * @param origin {@code default}, {@code FILE:LINE}, a variable, an option
     */
    record Value(List<String> words, String origin) {
        static final String DEFAULT = "default";

        Value {
            words = List.copyOf(words);
        }
    }

    private final Map<Setting, Value> values;
    private final Optional<Path> file;

    private Configuration(Map<Setting, Value> values, Optional<Path> file) {
        this.values = values;
        this.file = file;
    }

    /**
     * Gathers it. Throws {@link WrongUsage} for an option that makes no sense, {@link CommandFailure} for a line of the file or a variable.
     *
     * @param options what was said on the command line
     * @param named the file that {@code --config} names; empty without
     */
    static Configuration gather(Console console, Map<Setting, List<String>> options, Optional<String> named)
            throws IOException, CommandFailure {
        Map<Setting, Value> values = new EnumMap<>(Setting.class);
        for (Setting setting : Setting.values()) {
            values.put(
                    setting,
                    new Value(setting.usual().isEmpty() ? List.of() : List.of(setting.usual()), Value.DEFAULT));
        }
        Map<Setting, Value> above = fromEnvironment(console);
        above.putAll(fromOptions(console, options));
        Optional<Path> file = file(console, named, Optional.ofNullable(above.get(Setting.DATA)));
        if (file.isPresent()) {
            values.putAll(ConfigurationFile.read(file.get()));
        }
        values.putAll(above);
        return new Configuration(values, file);
    }

    private static Optional<Path> file(Console console, Optional<String> named, Optional<Value> data)
            throws CommandFailure {
        Optional<Path> wanted = named.or(
                        () -> Optional.ofNullable(console.environment().get(FILE_VARIABLE)))
                .map(console::local);
        if (wanted.isPresent()) {
            if (!Files.exists(wanted.get())) {
                throw new CommandFailure(Text.of("{0}: no such file: it was named as the configuration", wanted.get()));
            }
            return wanted;
        }
        return Optional.of(usualFile(data)).filter(Files::exists);
    }

    private static Path usualFile(Optional<Value> data) {
        return data.map(value -> Path.of(value.words().getFirst()).resolve(FILE_NAME))
                .orElse(OF_THE_SYSTEM);
    }

    /** The file that is read where none is named, if it is there. */
    Path usualFile() {
        return usualFile(
                Optional.of(value(Setting.DATA)).filter(value -> !value.words().isEmpty()));
    }

    private static Map<Setting, Value> fromOptions(Console console, Map<Setting, List<String>> options) {
        Map<Setting, Value> values = new EnumMap<>(Setting.class);
        options.forEach((setting, words) -> {
            try {
                words.forEach(setting.form()::check);
            } catch (IllegalArgumentException e) {
                throw new WrongUsage(Text.of("{0}: {1}", setting.option(), Complaint.reason(e)));
            }
            values.put(setting, new Value(placed(console, setting, words), setting.option()));
        });
        return values;
    }

    private static Map<Setting, Value> fromEnvironment(Console console) throws CommandFailure {
        Map<Setting, Value> values = new EnumMap<>(Setting.class);
        for (Map.Entry<String, String> variable : console.environment().entrySet()) {
            String name = variable.getKey();
            if (!name.startsWith(Setting.ENVIRONMENT_PREFIX) || name.equals(FILE_VARIABLE)) {
                continue;
            }
            String key = name.substring(Setting.ENVIRONMENT_PREFIX.length())
                    .toLowerCase(Locale.ROOT)
                    .replace('_', '.');
            Setting setting = Setting.named(key).orElseThrow(() -> new CommandFailure(unknown(name, key)));
            List<String> words = setting.repeats()
                    ? List.of(variable.getValue().split(File.pathSeparator, -1))
                    : List.of(variable.getValue());
            try {
                words.forEach(setting.form()::check);
            } catch (IllegalArgumentException e) {
                throw new CommandFailure(Text.of("{0}: {1}", name, Complaint.reason(e)));
            }
            values.put(setting, new Value(placed(console, setting, words), name));
        }
        return values;
    }

    private static Text unknown(String name, String key) {
        return Setting.nearest(key)
                .map(near -> Text.of("no setting has the variable {0}: did you mean {1}?", name, near.variable()))
                .orElse(Text.of("no setting has the variable {0}: `trivet config show` lists what there is", name));
    }

    private static List<String> placed(Console console, Setting setting, List<String> words) {
        return setting.isPath()
                ? words.stream().map(word -> console.local(word).toString()).toList()
                : words;
    }

    /**
     * With what a node that lives in the data directory keeps by itself where nothing else is said: where it listens. Its further disks are its own as well,
     * whether they are named again or not. Nothing is known of a node whose files are damaged.
     */
    Configuration withResident() {
        Optional<Path> data = data();
        Optional<Resident> resident = data.flatMap(Configuration::resident);
        if (resident.isEmpty()) {
            return this;
        }
        Map<Setting, Value> all = new EnumMap<>(values);
        String origin = data.get().resolve("node").toString();
        if (listen().isEmpty()) {
            all.put(Setting.LISTEN, new Value(List.of(resident.get().address().toString()), origin));
        }
        List<String> further =
                resident.get().disks().stream().skip(1).map(Path::toString).toList();
        if (disks().isEmpty() && !further.isEmpty()) {
            all.put(Setting.DISK, new Value(further, origin));
        }
        return new Configuration(all, file);
    }

    private static Optional<Resident> resident(Path data) {
        try {
            return Resident.of(data);
        } catch (IOException | TrivetException _) {
            return Optional.empty();
        }
    }

    Value value(Setting setting) {
        return values.getOrDefault(setting, new Value(List.of(), Value.DEFAULT));
    }

    /** The file that was read. */
    Optional<Path> file() {
        return file;
    }

    private Optional<String> word(Setting setting) {
        return value(setting).words().stream().findFirst();
    }

    private Duration time(Setting setting) {
        return Measure.time(word(setting).orElseThrow());
    }

    Optional<Path> data() {
        return word(Setting.DATA).map(Path::of);
    }

    List<Path> disks() {
        return value(Setting.DISK).words().stream().map(Path::of).toList();
    }

    Optional<Address> listen() {
        return word(Setting.LISTEN).map(Address::parse);
    }

    Upkeep upkeep() {
        return new Upkeep(
                time(Setting.SWEEP_EVERY),
                time(Setting.SCRUB_EVERY),
                RepairSettings.USUAL.withSilentFor(time(Setting.REPAIR_AFTER)),
                time(Setting.COPY_EVERY),
                time(Setting.CERTIFICATE_LIFE));
    }

    /** The words are checked: whoever names levels here names all of {@link Setting#LOG_LEVEL}. */
    Optional<String> log(Setting setting) {
        return word(setting);
    }
}
