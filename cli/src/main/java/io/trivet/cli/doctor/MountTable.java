package io.trivet.cli.doctor;

import io.trivet.cli.text.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The mounts according to {@code /proc/mounts}, and whether what is written there is durable
 * (proc_mounts(5), mount(8)).
 */
final class MountTable {
    private static final int FIELDS = 4;
    private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs");
    private static final Set<String> OVER_THE_NETWORK =
            Set.of("nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "ceph", "glusterfs");
    private static final Set<String> LYING = Set.of("nobarrier", "barrier=0", "data=writeback", "nobh");

    /** A mounted file system. */
    record Mount(Path point, String type, Set<String> options) {
        Mount {
            options = Set.copyOf(options);
        }
    }

    private final List<Mount> mounts;

    private MountTable(List<Mount> mounts) {
        this.mounts = mounts;
    }

    /** The mounts of this system; none if it does not list them. */
    static MountTable ofSystem() throws IOException {
        Path file = Path.of("/proc/mounts");
        return parse(Files.exists(file) ? Files.readAllLines(file) : List.of());
    }

    static MountTable parse(List<String> lines) {
        List<Mount> mounts = new ArrayList<>();
        for (String line : lines) {
            String[] fields = line.split(" ", -1);
            if (fields.length >= FIELDS) {
                mounts.add(new Mount(Path.of(unescaped(fields[1])), fields[2], Set.of(distinct(fields[3]))));
            }
        }
        return new MountTable(mounts);
    }

    private static String[] distinct(String options) {
        return java.util.Arrays.stream(options.split(",", -1)).distinct().toArray(String[]::new);
    }

    private static String unescaped(String point) {
        return point.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\");
    }

    /**
     * The mount that holds this path: the longest match, and of equal ones the last, which hides
     * the others.
     */
    Optional<Mount> of(Path path) {
        return mounts.stream()
                .filter(mount -> path.startsWith(mount.point()))
                .reduce((one, next) ->
                        next.point().getNameCount() >= one.point().getNameCount() ? next : one);
    }

    /** The findings on this mount, the worst first; one line if it is sound. */
    static List<CheckResult> findings(Text check, Mount mount) {
        Text what = Text.of("{0} mounted at {1}", mount.type(), mount.point());
        List<CheckResult> findings = new ArrayList<>();
        if (mount.options().contains("ro")) {
            findings.add(CheckResult.fail(check, Text.of("{0} is read-only", what), Text.of("remount it rw")));
        }
        if (IN_MEMORY.contains(mount.type())) {
            findings.add(CheckResult.fail(
                    check, Text.of("{0} is memory: nothing survives a restart", what), Text.of("choose a disk")));
        }
        if (OVER_THE_NETWORK.contains(mount.type())) {
            findings.add(CheckResult.warn(
                    check,
                    Text.of("{0} is on another computer: two nodes may lose their replicas at once", what),
                    Text.of("choose a disk of this server")));
        }
        mount.options().stream()
                .filter(LYING::contains)
                .sorted(Comparator.naturalOrder())
                .forEach(option -> findings.add(CheckResult.fail(
                        check,
                        Text.of("{0} has the option {1}: what is said to be on stable storage is not", what, option),
                        Text.of("mount it without {0}", option))));
        if (mount.type().equals("overlay")) {
            findings.add(CheckResult.warn(
                    check,
                    Text.of("{0} is a container's own layer: it goes when the container goes", what),
                    Text.of("mount a volume")));
        }
        return findings.isEmpty() ? List.of(CheckResult.ok(check, what)) : findings;
    }
}
