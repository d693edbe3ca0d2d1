package io.trivet.cli.node;

import io.trivet.cli.text.DidYouMean;
import io.trivet.cli.text.Text;
import io.trivet.cli.text.Units;
import io.trivet.cli.text.WrongValue;
import io.trivet.model.Address;
import io.trivet.model.RemotePath;
import io.trivet.node.MaintenanceSettings;
import io.trivet.repair.RepairSettings;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The table of all settings of a node, from which {@code docs/reference/configuration.md} and the
 * options of {@code trivet node} are generated.
 *
 * <p>A setting has one name in three spellings: {@code repair.after} in the file, {@code
 * --repair-after} on the command line, {@code TRIVET_NODE_REPAIR_AFTER} in the environment.
 * Settings of the whole cluster (number of replicas, of masters, retention of the trash) are not
 * here: they are in the namespace, and commands change them. What is chosen once for a cluster is
 * an option of {@code trivet node --init}.
 */
public enum NodeSetting {
    DATA(
            "data",
            new Form.Directory(),
            "",
            "The node's own directory: its identity, its log, and its first disk. Without it no node starts."),
    DISK(
            "disk",
            new Form.Directories(),
            "",
            "A further disk for chunks; may be repeated. One that the node does not have yet is formatted and added; one that is no longer named stays the"
                    + " node's own until --forget-disk."),
    LISTEN(
            "listen",
            new Form.HostAndPort(),
            "",
            "Where it listens, and where the others find it. A new node needs it; without, a node listens where it did before."),
    HTTP_LISTEN(
            "http.listen",
            new Form.HostAndPort(),
            "",
            "Where it serves metrics and health over HTTP: /metrics, /health/live, /health/ready; nowhere without. On loopback that is plain HTTP, elsewhere TLS with the node's own certificate."),
    S3_LISTEN(
            "s3.listen",
            new Form.HostAndPort(),
            "",
            "Where it serves the files to programs that speak S3; nowhere without. It takes 320 MiB of memory more then."),
    S3_CERTIFICATE(
            "s3.certificate",
            new Form.LocalFile(),
            "",
            "The certificate with which S3 speaks TLS: PEM, the server's own first. It is read again within a minute when it changes; without, S3 is plain HTTP."),
    S3_KEY("s3.key", new Form.LocalFile(), "", "The key of that certificate: PEM of PKCS #8, not encrypted."),
    S3_ROOT(
            "s3.root",
            new Form.ClusterDirectory(),
            "/",
            "The directory of the cluster whose directories are the buckets of S3."),
    REPAIR_AFTER(
            "repair.after",
            Form.time(Duration.ofSeconds(1), Duration.ofDays(30)),
            Units.text(RepairSettings.USUAL.silentFor()),
            "A node that is silent for so long is laid out: others take over what it holds. The leader's counts, so set it alike on all masters."),
    SCRUB_EVERY(
            "scrub.every",
            Form.time(Duration.ofHours(1), Duration.ofDays(365)),
            Units.text(MaintenanceSettings.USUAL.scrubEvery()),
            "In what time every chunk is read and checked once."),
    SWEEP_EVERY(
            "sweep.every",
            Form.time(Duration.ofSeconds(1), Duration.ofDays(7)),
            Units.text(MaintenanceSettings.USUAL.sweepEvery()),
            "How often at most the node asks which of its chunks belong to removed files, and frees their space."),
    COPY_EVERY(
            "copy.every",
            Form.time(Duration.ofSeconds(1), Duration.ofDays(1)),
            Units.text(MaintenanceSettings.USUAL.copyEvery()),
            "How often at most a changed namespace is copied to the node's disks, for a rescue when all masters are lost."),
    CERTIFICATE_LIFE(
            "certificate.life",
            Form.time(Duration.ofHours(1), Duration.ofDays(825)),
            Units.text(MaintenanceSettings.USUAL.certificateLife()),
            "How long certificates are good that this node signs while it leads; they are renewed by themselves when a third is left."),
    LOG_FORMAT(
            "log.format",
            new Form.Choice(List.of("text", "json")),
            "text",
            "How events are written on standard error: as lines for people, or one JSON object a line."),
    LOG_LEVEL(
            "log.level",
            new Form.Choice(List.of("error", "warn", "info", "debug")),
            "info",
            "From which level on events are written. error: a person must act; warn: the node coped; info: its life."),
    LOG_REQUESTS(
            "log.requests",
            new Form.Choice(List.of("none", "refused", "all")),
            "refused",
            "Which requests leave a line, with the id by which a request is followed from node to node. all costs a line for each chunk.");

    static final String ENVIRONMENT_PREFIX = "TRIVET_NODE_";

    /** The valid values of a setting. */
    sealed interface Form {
        /** The placeholder for the value in a help. */
        String label();

        /** Throws {@link IllegalArgumentException}, with what is wrong, for an invalid value. */
        void check(String value);

        /** The unit and the valid values, for people. */
        String described();

        static Time time(Duration least, Duration most) {
            return new Time(least, most);
        }

        /**
         * A path, relative to the directory of the file that contains it, or to the working
         * directory.
         */
        record Directory() implements Form {
            @Override
            public String label() {
                return "DIR";
            }

            @Override
            public void check(String value) {
                if (value.isBlank()) {
                    throw new WrongValue(Text.of("a directory has a name"));
                }
            }

            @Override
            public String described() {
                return "a directory";
            }
        }

        /** Any number of paths. */
        record Directories() implements Form {
            @Override
            public String label() {
                return "DIR";
            }

            @Override
            public void check(String value) {
                new Directory().check(value);
            }

            @Override
            public String described() {
                return "a directory; may be repeated";
            }
        }

        /** A path, relative like that of a directory. */
        record LocalFile() implements Form {
            @Override
            public String label() {
                return "FILE";
            }

            @Override
            public void check(String value) {
                if (value.isBlank()) {
                    throw new WrongValue(Text.of("a file has a name"));
                }
            }

            @Override
            public String described() {
                return "a file";
            }
        }

        /** An absolute path in the cluster. */
        record ClusterDirectory() implements Form {
            @Override
            public String label() {
                return "PATH";
            }

            @Override
            public void check(String value) {
                RemotePath.parse(value);
            }

            @Override
            public String described() {
                return "a path in the cluster, like /s3";
            }
        }

        /** {@code HOST:PORT}. */
        record HostAndPort() implements Form {
            @Override
            public String label() {
                return "HOST:PORT";
            }

            @Override
            public void check(String value) {
                Address.parse(value);
            }

            @Override
            public String described() {
                return "a host name or IP address, and a TCP port";
            }
        }

        /** A time with a unit. */
        record Time(Duration least, Duration most) implements Form {
            @Override
            public String label() {
                return "TIME";
            }

            @Override
            public void check(String value) {
                Duration time = Units.time(value);
                if (time.compareTo(least) < 0 || time.compareTo(most) > 0) {
                    throw new WrongValue(
                            Text.of("it goes from {0} to {1}, not {2}", Units.text(least), Units.text(most), value));
                }
            }

            @Override
            public String described() {
                return "a time in s, min, h or d; " + Units.text(least) + " to " + Units.text(most);
            }
        }

        /** One of a few words. */
        record Choice(List<String> words) implements Form {
            public Choice {
                words = List.copyOf(words);
            }

            @Override
            public String label() {
                return "WORD";
            }

            @Override
            public void check(String value) {
                if (!words.contains(value)) {
                    throw new WrongValue(Text.of("it is one of {0}, not {1}", Text.list(words), value));
                }
            }

            @Override
            public String described() {
                return "one of " + String.join(", ", words);
            }
        }
    }

    private final String key;

    @SuppressWarnings("ImmutableEnumChecker") // every form is an immutable record
    private final Form form;

    private final String usual;
    private final String meaning;

    NodeSetting(String key, Form form, String usual, String meaning) {
        this.key = key;
        this.form = form;
        this.usual = usual;
        this.meaning = meaning;
    }

    /** Its name in a file. */
    public String key() {
        return key;
    }

    /** Its name on a command line. */
    String option() {
        return "--" + key.replace('.', '-');
    }

    /** Its name in the environment. */
    String variable() {
        return ENVIRONMENT_PREFIX + key.replace('.', '_').toUpperCase(Locale.ROOT);
    }

    Form form() {
        return form;
    }

    /** The default; empty for none. */
    String usual() {
        return usual;
    }

    String meaning() {
        return meaning;
    }

    boolean repeats() {
        return form instanceof Form.Directories;
    }

    boolean isPath() {
        return form instanceof Form.Directory || form instanceof Form.Directories || form instanceof Form.LocalFile;
    }

    static Optional<NodeSetting> named(String key) {
        return Arrays.stream(values())
                .filter(nodeSetting -> nodeSetting.key.equals(key))
                .findFirst();
    }

    /**
     * The setting closest to a misspelt name; empty if none is close. Other spellings of the same
     * name count as closest.
     */
    static Optional<NodeSetting> nearest(String written) {
        Map<String, NodeSetting> plain = new LinkedHashMap<>();
        for (NodeSetting nodeSetting : values()) {
            plain.put(plain(nodeSetting.key), nodeSetting);
        }
        return DidYouMean.nearest(plain(written), plain.keySet()).map(plain::get);
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
    }
}
