package io.trivet.mount.fuse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A directory over which a file system is mounted: by mount(2) as root, by {@code fusermount3} for
 * other users, who may mount only for themselves.
 */
public final class MountPoint {
    /** The type in {@code /proc/mounts}. */
    public static final String TYPE = "fuse.trivet";

    private static final String HELPER = "fusermount3";
    private static final long NO_SUID = 2;
    private static final long NO_DEVICES = 4;
    private static final long READ_ONLY = 1;
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
    private static final Path DISK_CACHES = Path.of("/sys/class/bdi");
    private static final int HELPER_SECONDS = 30;
    private static final int BUSY_TRIES = 20;
    private static final int BUSY_PAUSE_MS = 50;

    private MountPoint() {}

    /** A mount of ours: its directory and the number of its device, the N of {@code 0:N}. */
    public record Mounted(Path directory, int device) {}

    /** The user that this process runs as. */
    public static int user() {
        return SystemCalls.user();
    }

    /** The group that this process runs as. */
    public static int group() {
        return SystemCalls.group();
    }

    /** Whether this process can use {@code /dev/fuse}; if not, why. */
    public static Optional<String> obstacle() {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            return Optional.of("only Linux has FUSE");
        }
        if (!Files.exists(Path.of("/dev/fuse"))) {
            return Optional.of(
                    "/dev/fuse is not there: the module fuse is not loaded, or this container has no such device");
        }
        try (Device _ = Device.open()) {
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** The path as the kernel writes it: without symbolic links, also if its mount is dead. */
    public static Path resolved(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        try {
            return absolute.toRealPath();
        } catch (IOException _) {
            return resolvedParent(absolute);
        }
    }

    private static Path resolvedParent(Path absolute) {
        Path parent = absolute.getParent();
        try {
            return parent == null ? absolute : parent.toRealPath().resolve(absolute.getFileName());
        } catch (IOException _) {
            return absolute;
        }
    }

    /** The topmost mount of ours over this directory, also one whose process has died. */
    public static Optional<Mounted> at(Path directory) throws IOException {
        Path absolute = directory.toAbsolutePath().normalize();
        Mounted last = null;
        for (String line : Files.readAllLines(MOUNTS)) {
            String[] words = line.split(" ");
            int dash = List.of(words).indexOf("-");
            if (unescaped(words[4]).equals(absolute.toString())) {
                last = words[dash + 1].equals(TYPE)
                        ? new Mounted(absolute, Integer.parseInt(words[2].substring(words[2].indexOf(':') + 1)))
                        : null;
            }
        }
        return Optional.ofNullable(last);
    }

    /** Spaces and the like are written as octal numbers. */
    private static String unescaped(String word) {
        return word.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }

    /** Whether the process of a mount has died: the kernel answers for it with ENOTCONN. */
    public static boolean isDead(Path directory) {
        return -SystemCalls.statistics(directory.toString()) == Errno.ENOTCONN.number();
    }

    /**
     * Mounts over an existing directory.
     *
     * @param source is shown as what is mounted
     */
    static Device mount(Path directory, String source, boolean readOnly, boolean allowOther) throws IOException {
        return SystemCalls.user() == 0
                ? mountAsRoot(directory, source, readOnly, allowOther)
                : mountByHelper(directory, source, readOnly, allowOther);
    }

    private static Device mountAsRoot(Path directory, String source, boolean readOnly, boolean allowOther)
            throws IOException {
        Device device = Device.open();
        String options = "fd=" + device.descriptor() + ",rootmode=40000,user_id=" + SystemCalls.user() + ",group_id="
                + SystemCalls.group() + ",default_permissions" + (allowOther ? ",allow_other" : "");
        long flags = NO_SUID | NO_DEVICES | (readOnly ? READ_ONLY : 0);
        int failed = SystemCalls.mount(source, directory.toString(), TYPE, flags, options);
        if (failed < 0) {
            device.close();
            throw new IOException(directory + ": cannot be mounted over: error " + -failed);
        }
        return device;
    }

    private static Device mountByHelper(Path directory, String source, boolean readOnly, boolean allowOther)
            throws IOException {
        String options = "fsname=" + source.replace("\\", "\\\\").replace(",", "\\,")
                + ",subtype=trivet,default_permissions,nosuid,nodev" + (readOnly ? ",ro" : "")
                + (allowOther ? ",allow_other" : "");
        int[] sockets = SystemCalls.socketPair();
        boolean childOwns = true;
        try {
            List<String> environment = new ArrayList<>();
            for (Map.Entry<String, String> each : System.getenv().entrySet()) {
                environment.add(each.getKey() + "=" + each.getValue());
            }
            environment.add("_FUSE_COMMFD=" + sockets[0]);
            int helper = SystemCalls.spawn(
                    new String[] {HELPER, "-o", options, "--", directory.toString()},
                    environment.toArray(String[]::new));
            SystemCalls.close(sockets[0]);
            childOwns = false;
            int descriptor = SystemCalls.receiveDescriptor(sockets[1]);
            int status = SystemCalls.await(helper);
            if (descriptor < 0) {
                throw new IOException(HELPER + " failed with status " + status);
            }
            return new Device(descriptor);
        } finally {
            if (childOwns) {
                SystemCalls.close(sockets[0]);
            }
            SystemCalls.close(sockets[1]);
        }
    }

    /**
     * Unmounts. Throws if the mount is in use, unless {@code lazy}: then the directory is free at once,
     * and the mount ends with its last user.
     */
    public static void unmount(Path directory, boolean lazy) throws IOException {
        if (SystemCalls.user() == 0) {
            int failed = SystemCalls.unmount(directory.toString(), lazy ? SystemCalls.DETACH : 0);
            for (int tries = BUSY_TRIES; -failed == Errno.EBUSY.number() && tries > 0; tries--) {
                pause(); // a program that has just ended may count for a moment
                failed = SystemCalls.unmount(directory.toString(), 0);
            }
            if (failed < 0) {
                throw new IOException(directory + ": "
                        + (-failed == Errno.EBUSY.number()
                                ? "programs use files or directories in it"
                                : "cannot be unmounted: error " + -failed));
            }
            return;
        }
        List<String> words = new ArrayList<>(List.of(HELPER, "-u"));
        if (lazy) {
            words.add("-z");
        }
        words.addAll(List.of("--", directory.toString()));
        Process helper = new ProcessBuilder(words).redirectErrorStream(true).start();
        try {
            String said = new String(helper.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!helper.waitFor(HELPER_SECONDS, TimeUnit.SECONDS) || helper.exitValue() != 0) {
                throw new IOException(said.isEmpty() ? HELPER + " failed" : said);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted");
        }
    }

    private static void pause() throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(BUSY_PAUSE_MS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted");
        }
    }

    /** Lets the kernel read ahead this much; only root may, and others read in smaller pieces. */
    static void readAhead(Mounted mounted, int kibibytes) {
        try {
            Files.writeString(DISK_CACHES.resolve("0:" + mounted.device()).resolve("read_ahead_kb"), kibibytes + "\n");
        } catch (IOException _) {
            return; // slower, and as good
        }
    }
}
