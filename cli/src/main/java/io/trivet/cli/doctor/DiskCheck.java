package io.trivet.cli.doctor;

import io.trivet.chunk.DiskFiles;
import io.trivet.chunk.SystemDiskFiles;
import io.trivet.cli.text.ErrorMessage;
import io.trivet.cli.text.Format;
import io.trivet.cli.text.Text;
import io.trivet.file.FileSync;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Checks the directories for chunks: whether they can be written, whether writes are durable,
 * whether there is room.
 */
final class DiskCheck {
    private static final int TRIES = 9;
    private static final int BLOCK = 64 << 10;
    private static final Duration SLOW = Duration.ofMillis(100);

    /** No disk completes an fsync in less time: something reports it before it is done. */
    private static final Duration TOO_FAST = Duration.ofNanos(5_000);

    private static final long LITTLE = 10L << 30;

    /** Below this a node takes no chunks on a disk of usual size. */
    private static final long TOO_LITTLE = 1L << 30;

    private final List<Path> disks;
    private final MountTable mountTable;

    DiskCheck(List<Path> disks, MountTable mountTable) {
        this.disks =
                disks.stream().map(Path::toAbsolutePath).map(Path::normalize).toList();
        this.mountTable = mountTable;
    }

    List<CheckResult> findings() throws IOException {
        List<CheckResult> findings = new ArrayList<>();
        Map<Object, Path> devices = new HashMap<>();
        for (Path disk : disks) {
            findings.addAll(of(disk, devices));
        }
        return findings;
    }

    private List<CheckResult> of(Path disk, Map<Object, Path> devices) throws IOException {
        List<CheckResult> findings = new ArrayList<>();
        Text check = Text.of("disk {0}", disk);
        Path there = existing(disk);
        if (!Files.isDirectory(there)) {
            return List.of(
                    CheckResult.fail(check, Text.of("{0} is not a directory", there), Text.of("name another one")));
        }
        if (!there.equals(disk)) {
            findings.add(CheckResult.ok(check, Text.of("not there yet; {0} is looked at instead", there)));
        }
        mountTable.of(there.toRealPath()).ifPresent(mount -> findings.addAll(MountTable.findings(check, mount)));
        findings.addAll(writing(check, there));
        findings.add(space(check, there));
        Object device = device(there);
        Path other = devices.putIfAbsent(device, disk);
        if (other != null) {
            findings.add(CheckResult.warn(
                    check,
                    Text.of("it shares a file system with {0}: no extra space, and both fail together", other),
                    Text.of("give each disk a file system of its own")));
        }
        return findings;
    }

    private static Path existing(Path disk) {
        Path there = disk;
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        return there;
    }

    /** The number of the device, if the system has one. */
    private static Object device(Path directory) throws IOException {
        return directory.getFileSystem().supportedFileAttributeViews().contains("unix")
                ? Files.getAttribute(directory, "unix:dev")
                : Files.getFileStore(directory);
    }

    private static List<CheckResult> writing(Text check, Path directory) {
        Path file;
        try {
            file = Files.createTempFile(directory, "trivet-doctor-", ".tmp");
        } catch (IOException e) {
            return List.of(CheckResult.fail(
                    check,
                    Text.of("it cannot be written: {0}", ErrorMessage.about(e)),
                    Text.of(
                            "give it to the account that runs Trivet: chown {0} {1}",
                            System.getProperty("user.name", "trivet"), directory)));
        }
        try {
            return List.of(syncing(check, file), direct(check, file));
        } catch (IOException e) {
            return List.of(CheckResult.fail(
                    check,
                    Text.of("writing failed: {0}", ErrorMessage.about(e)),
                    Text.of("look at the disk: dmesg, smartctl")));
        } finally {
            try {
                Files.deleteIfExists(file);
            } catch (IOException _) {
                // It is small, and its name shows its origin.
            }
        }
    }

    private static CheckResult syncing(Text check, Path file) throws IOException {
        long[] nanos = new long[TRIES];
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int index = 0; index < TRIES; index++) {
                channel.write(ByteBuffer.allocate(BLOCK), (long) index * BLOCK);
                long begin = System.nanoTime();
                FileSync.force(channel);
                nanos[index] = System.nanoTime() - begin;
            }
        }
        Arrays.sort(nanos);
        Duration median = Duration.ofNanos(nanos[TRIES / 2]);
        Text found = Text.of(
                "fsync of 64 KiB takes {0} ms (median of {1}), {2} ms at worst",
                milliseconds(median.toNanos()), TRIES, milliseconds(nanos[TRIES - 1]));
        if (median.compareTo(TOO_FAST) < 0) {
            return CheckResult.fail(
                    check,
                    Text.of("{0}: no disk is that fast, so nothing waits for it", found),
                    Text.of("look for libeatmydata, or a file system that ignores fsync"));
        }
        return median.compareTo(SLOW) > 0
                ? CheckResult.warn(check, found, Text.of("saves will be slow here: is the disk busy, or failing?"))
                : CheckResult.ok(check, found);
    }

    private static String milliseconds(long nanos) {
        return String.format(Locale.ROOT, "%.2f", nanos / 1e6);
    }

    private static CheckResult direct(Text check, Path file) throws IOException {
        try (DiskFiles.OpenFile open = new SystemDiskFiles().openPastCache(file)) {
            boolean past = open.getClass().getSimpleName().startsWith("Uncached");
            return past
                    ? CheckResult.ok(check, Text.of("it can be read past the page cache (O_DIRECT)"))
                    : CheckResult.warn(
                            check,
                            Text.of("it cannot be read past the page cache (O_DIRECT)"),
                            Text.of("the scrub may read memory instead of the disk: prefer ext4 or XFS"));
        }
    }

    private static CheckResult space(Text check, Path directory) throws IOException {
        FileStore store = Files.getFileStore(directory);
        long free = store.getUsableSpace();
        Text found = Text.of("{0} free of {1}", Format.bytes(free), Format.bytes(store.getTotalSpace()));
        if (free < TOO_LITTLE) {
            return CheckResult.fail(
                    check,
                    found,
                    Text.of("a node takes no chunks with so little room: free some, or take another disk"));
        }
        return free < LITTLE ? CheckResult.warn(check, found, Text.of("nearly full")) : CheckResult.ok(check, found);
    }
}
