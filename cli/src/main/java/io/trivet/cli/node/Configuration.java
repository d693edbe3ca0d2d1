package io.trivet.cli.node;

import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.CommandFailure;
import io.trivet.cli.text.ErrorMessage;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.Units;
import io.trivet.cli.text.WrongUsage;
import io.trivet.gateway.CertificateFiles;
import io.trivet.model.Address;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import io.trivet.node.MaintenanceSettings;
import io.trivet.node.NodeDirectory;
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
 * The effective settings of a node, and the origin of each value. An option overrides the
 * environment, the environment the file, the file the default; a list comes completely from the
 * first source that has any value.
 *
 * <p>At most one file is read: the one named by {@code --config} or {@code TRIVET_NODE_CONFIG};
 * else {@code trivet.conf} in the data directory, if an option or the environment names one; else
 * {@code /etc/trivet/trivet.conf}. So a command with another data directory does not use the
 * settings of the system's node.
 */
public final class Configuration {
    static final String FILE_NAME = "trivet.conf";
    static final Path OF_THE_SYSTEM = Path.of("/etc/trivet/trivet.conf");
    static final String FILE_VARIABLE = NodeSetting.ENVIRONMENT_PREFIX + "CONFIG";

    /**
     * @param words empty if it is not set
     * @param origin {@code default}, {@code FILE:LINE}, a variable, an option
     */
    record Value(List<String> words, String origin) {
        static final String DEFAULT = "default";

        Value {
            words = List.copyOf(words);
        }
    }

    private final Map<NodeSetting, Value> values;
    private final Optional<Path> file;

    private Configuration(Map<NodeSetting, Value> values, Optional<Path> file) {
        this.values = values;
        this.file = file;
    }

    /**
     * Reads all sources. Throws {@link WrongUsage} for an invalid option, {@link CommandFailure}
     * for an invalid line of the file or variable.
     *
     * @param options those on the command line
     * @param named the file named by {@code --config}; empty without it
     */
    static Configuration gather(Console console, Map<NodeSetting, List<String>> options, Optional<String> named)
            throws IOException, CommandFailure {
        Map<NodeSetting, Value> values = new EnumMap<>(NodeSetting.class);
        for (NodeSetting nodeSetting : NodeSetting.values()) {
            values.put(
                    nodeSetting,
                    new Value(nodeSetting.usual().isEmpty() ? List.of() : List.of(nodeSetting.usual()), Value.DEFAULT));
        }
        Map<NodeSetting, Value> above = fromEnvironment(console);
        above.putAll(fromOptions(console, options));
        Optional<Path> file = file(console, named, Optional.ofNullable(above.get(NodeSetting.DATA)));
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

    /** The file that is read if none is named and it exists. */
    Path usualFile() {
        return usualFile(Optional.of(value(NodeSetting.DATA))
                .filter(value -> !value.words().isEmpty()));
    }

    private static Map<NodeSetting, Value> fromOptions(Console console, Map<NodeSetting, List<String>> options) {
        Map<NodeSetting, Value> values = new EnumMap<>(NodeSetting.class);
        options.forEach((nodeSetting, words) -> {
            try {
                words.forEach(nodeSetting.form()::check);
            } catch (IllegalArgumentException e) {
                throw new WrongUsage(Text.of("{0}: {1}", nodeSetting.option(), ErrorMessage.reason(e)));
            }
            values.put(nodeSetting, new Value(placed(console, nodeSetting, words), nodeSetting.option()));
        });
        return values;
    }

    private static Map<NodeSetting, Value> fromEnvironment(Console console) throws CommandFailure {
        Map<NodeSetting, Value> values = new EnumMap<>(NodeSetting.class);
        for (Map.Entry<String, String> variable : console.environment().entrySet()) {
            String name = variable.getKey();
            if (!name.startsWith(NodeSetting.ENVIRONMENT_PREFIX) || name.equals(FILE_VARIABLE)) {
                continue;
            }
            String key = name.substring(NodeSetting.ENVIRONMENT_PREFIX.length())
                    .toLowerCase(Locale.ROOT)
                    .replace('_', '.');
            NodeSetting nodeSetting = NodeSetting.named(key).orElseThrow(() -> new CommandFailure(unknown(name, key)));
            List<String> words = nodeSetting.repeats()
                    ? List.of(variable.getValue().split(File.pathSeparator, -1))
                    : List.of(variable.getValue());
            try {
                words.forEach(nodeSetting.form()::check);
            } catch (IllegalArgumentException e) {
                throw new CommandFailure(Text.of("{0}: {1}", name, ErrorMessage.reason(e)));
            }
            values.put(nodeSetting, new Value(placed(console, nodeSetting, words), name));
        }
        return values;
    }

    private static Text unknown(String name, String key) {
        return NodeSetting.nearest(key)
                .map(near -> Text.of("no setting has the variable {0}: did you mean {1}?", name, near.variable()))
                .orElse(Text.of("no setting has the variable {0}: `trivet config show` lists what there is", name));
    }

    private static List<String> placed(Console console, NodeSetting nodeSetting, List<String> words) {
        return nodeSetting.isPath()
                ? words.stream().map(word -> console.local(word).toString()).toList()
                : words;
    }

    /**
     * Adds what the node in the data directory stores itself: its address and its further disks,
     * unless they are set. Unchanged if the directory has no node, or one with damaged files.
     */
    Configuration withResident() {
        Optional<Path> data = data();
        Optional<NodeDirectory> resident = data.flatMap(Configuration::resident);
        if (resident.isEmpty()) {
            return this;
        }
        Map<NodeSetting, Value> all = new EnumMap<>(values);
        String origin = data.get().resolve("node").toString();
        if (listen().isEmpty()) {
            all.put(
                    NodeSetting.LISTEN,
                    new Value(List.of(resident.get().address().toString()), origin));
        }
        List<String> further =
                resident.get().disks().stream().skip(1).map(Path::toString).toList();
        if (disks().isEmpty() && !further.isEmpty()) {
            all.put(NodeSetting.DISK, new Value(further, origin));
        }
        return new Configuration(all, file);
    }

    private static Optional<NodeDirectory> resident(Path data) {
        try {
            return NodeDirectory.of(data);
        } catch (IOException | TrivetException _) {
            return Optional.empty();
        }
    }

    Value value(NodeSetting nodeSetting) {
        return values.getOrDefault(nodeSetting, new Value(List.of(), Value.DEFAULT));
    }

    /** The file that was read. */
    Optional<Path> file() {
        return file;
    }

    private Optional<String> word(NodeSetting nodeSetting) {
        return value(nodeSetting).words().stream().findFirst();
    }

    private Duration time(NodeSetting nodeSetting) {
        return Units.time(word(nodeSetting).orElseThrow());
    }

    public Optional<Path> data() {
        return word(NodeSetting.DATA).map(Path::of);
    }

    public List<Path> disks() {
        return value(NodeSetting.DISK).words().stream().map(Path::of).toList();
    }

    public Optional<Address> listen() {
        return word(NodeSetting.LISTEN).map(Address::parse);
    }

    /** Where it serves HTTP. */
    public Optional<Address> http() {
        return word(NodeSetting.HTTP_LISTEN).map(Address::parse);
    }

    /** Where it serves S3. Throws {@link WrongUsage} for one of certificate and key without the other. */
    Optional<S3Settings> s3() {
        Optional<Path> certificate = word(NodeSetting.S3_CERTIFICATE).map(Path::of);
        Optional<Path> key = word(NodeSetting.S3_KEY).map(Path::of);
        if (certificate.isPresent() != key.isPresent()) {
            throw new WrongUsage(Text.of(
                    "{0} and {1} must be given together", NodeSetting.S3_CERTIFICATE.key(), NodeSetting.S3_KEY.key()));
        }
        return word(NodeSetting.S3_LISTEN)
                .map(Address::parse)
                .map(listen -> new S3Settings(
                        listen,
                        RemotePath.parse(word(NodeSetting.S3_ROOT).orElse("/")),
                        certificate.map(file -> new CertificateFiles(file, key.orElseThrow()))));
    }

    MaintenanceSettings upkeep() {
        return new MaintenanceSettings(
                time(NodeSetting.SWEEP_EVERY),
                time(NodeSetting.SCRUB_EVERY),
                RepairSettings.USUAL.withSilentFor(time(NodeSetting.REPAIR_AFTER)),
                time(NodeSetting.COPY_EVERY),
                time(NodeSetting.CERTIFICATE_LIFE));
    }

    /** The value of a log setting; it is validated already. */
    Optional<String> log(NodeSetting nodeSetting) {
        return word(nodeSetting);
    }
}
