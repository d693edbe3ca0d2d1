package io.trivet.cli;

import io.trivet.chunk.DiskFiles;
import io.trivet.chunk.LocalFiles;
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
import java.util.Map;

/** Looks at the directories that hold or will hold chunks: can they be written, does what is written stay, is there room. */
final class DiskCheck {
    private static final int TRIES = 9;
    private static final int BLOCK = 64 << 10;
    private static final Duration SLOW = Duration.ofMillis(100);

    /** No disk writes anything in less: something between says "done" before it is. */
    private static final Duration TOO_FAST = Duration.ofNanos(5_000);

    private static final long LITTLE = 10L << 30;

    /** Below it a node takes no chunks on any disk of usual size. */
    private static final long TOO_LITTLE = 1L << 30;

    private final List<Path> disks;
    private final Mounts mounts;

    DiskCheck(List<Path> disks, Mounts mounts) {
        this.disks =
                disks.stream().map(Path::toAbsolutePath).map(Path::normalize).toList();
        this.mounts = mounts;
    }

    List<Finding> findings() throws IOException {
        List<Finding> findings = new ArrayList<>();
        Map<Object, Path> devices = new HashMap<>();
        for (Path disk : disks) {
            findings.addAll(of(disk, devices));
        }
        return findings;
    }

    private List<Finding> of(Path disk, Map<Object, Path> devices) throws IOException {
        List<Finding> findings = new ArrayList<>();
        String check = "disk " + disk;
        Path there = existing(disk);
        if (!Files.isDirectory(there)) {
            return List.of(Finding.fail(check, there + " is no directory", "name another one"));
        }
        if (!there.equals(disk)) {
            findings.add(Finding.ok(check, "not there yet; " + there + " is looked at instead"));
        }
        mounts.of(there.toRealPath()).ifPresent(mount -> findings.addAll(Mounts.findings(check, mount)));
        findings.addAll(writing(check, there));
        findings.add(space(check, there));
        Object device = device(there);
        Path other = devices.putIfAbsent(device, disk);
        if (other != null) {
            findings.add(Finding.warn(
                    check,
                    "it shares a file system with " + other + ": its space is counted twice, and both are lost at once",
                    "give each disk a file system of its own"));
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

    /** The number of the device, where the system has one. */
    private static Object device(Path directory) throws IOException {
        return directory.getFileSystem().supportedFileAttributeViews().contains("unix")
                ? Files.getAttribute(directory, "unix:dev")
                : Files.getFileStore(directory);
    }

    private static List<Finding> writing(String check, Path directory) {
        Path file;
        try {
            file = Files.createTempFile(directory, "trivet-doctor-", ".tmp");
        } catch (IOException e) {
            return List.of(Finding.fail(
                    check,
                    "it cannot be written: " + Complaint.about(e),
                    "give it to the account that runs Trivet: chown " + System.getProperty("user.name") + " "
                            + directory));
        }
        try {
            return List.of(syncing(check, file), direct(check, file));
        } catch (IOException e) {
            return List.of(
                    Finding.fail(check, "writing failed: " + Complaint.about(e), "look at the disk: dmesg, smartctl"));
        } finally {
            try {
                Files.deleteIfExists(file);
            } catch (IOException _) {
                // It is small, and its name says whose it is.
            }
        }
    }

    private static Finding syncing(String check, Path file) throws IOException {
        long[] nanos = new long[TRIES];
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int index = 0; index < TRIES; index++) {
                channel.write(ByteBuffer.allocate(BLOCK), (long) index * BLOCK);
                long begin = System.nanoTime();
                channel.force(true);
                nanos[index] = System.nanoTime() - begin;
            }
        }
        Arrays.sort(nanos);
        Duration median = Duration.ofNanos(nanos[TRIES / 2]);
        String found = "fsync of 64 KiB takes %.2f ms (median of %d), %.2f ms at worst"
                .formatted(median.toNanos() / 1e6, TRIES, nanos[TRIES - 1] / 1e6);
        if (median.compareTo(TOO_FAST) < 0) {
            return Finding.fail(
                    check,
                    found + ": no disk is that fast, so nothing waits for it",
                    "look for libeatmydata, or a file system that ignores fsync");
        }
        return median.compareTo(SLOW) > 0
                ? Finding.warn(check, found, "saves will be slow here: is the disk busy, or failing?")
                : Finding.ok(check, found);
    }

    private static Finding direct(String check, Path file) throws IOException {
        try (DiskFiles.OpenFile open = new LocalFiles().openPastCache(file)) {
            boolean past = open.getClass().getSimpleName().startsWith("Uncached");
            return past
                    ? Finding.ok(check, "it can be read past the page cache (O_DIRECT)")
                    : Finding.warn(
                            check,
                            "it cannot be read past the page cache (O_DIRECT)",
                            "the scrub may read memory instead of the disk: prefer ext4 or XFS");
        }
    }

    private static Finding space(String check, Path directory) throws IOException {
        FileStore store = Files.getFileStore(directory);
        long free = store.getUsableSpace();
        String found = Wording.bytes(free) + " free of " + Wording.bytes(store.getTotalSpace());
        if (free < TOO_LITTLE) {
            return Finding.fail(
                    check, found, "a node takes no chunks with so little room: free some, or take another disk");
        }
        return free < LITTLE ? Finding.warn(check, found, "that is soon full") : Finding.ok(check, found);
    }
}
