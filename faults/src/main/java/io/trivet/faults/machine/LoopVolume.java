package io.trivet.faults.machine;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/** ext4 in a sparse file, which is kept for inspection when it is closed. */
final class LoopVolume implements Volume {
    static final long SMALLEST_BYTES = 16L << 20;
    private static final long PAGE = 4096;

    /**
     * The last part of a full disk is filled by writes, since a file system cannot tell exactly how
     * much is left.
     */
    private static final long WRITTEN_BYTES = 16L << 20;

    private final Path mount;
    private boolean mounted;

    private LoopVolume(Path mount) {
        this.mount = mount;
    }

    /** Creates {@code image} with this size, and the directory {@code mount}. */
    static LoopVolume make(Path image, Path mount, long bytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(bytes);
        }
        Shell.run("mkfs.ext4", "-q", "-F", "-m", "0", image.toString());
        Files.createDirectories(mount);
        LoopVolume volume = new LoopVolume(mount);
        Shell.run("mount", "-o", "loop", image.toString(), mount.toString());
        volume.mounted = true;
        return volume;
    }

    @Override
    public long totalBytes() throws IOException {
        return Files.getFileStore(mount).getTotalSpace();
    }

    @Override
    public void fillBut(long leaveBytes) throws IOException {
        long ballast = (Files.getFileStore(mount).getUsableSpace() - leaveBytes) / PAGE * PAGE;
        if (ballast > 0) {
            Shell.run("fallocate", "--length", Long.toString(ballast), ballast().toString());
        }
    }

    @Override
    public void fill() throws IOException {
        fillBut(WRITTEN_BYTES);
        try (RandomAccessFile file = new RandomAccessFile(ballast().toFile(), "rw")) {
            file.seek(file.length());
            byte[] piece = new byte[(int) PAGE];
            while (true) {
                file.write(piece);
            }
        } catch (IOException e) {
            if (Files.getFileStore(mount).getUsableSpace() > WRITTEN_BYTES) {
                throw e;
            }
        }
    }

    private Path ballast() {
        return mount.resolve("ballast");
    }

    @Override
    public void free() throws IOException {
        Files.deleteIfExists(ballast());
    }

    @Override
    public void close() {
        if (mounted) {
            mounted = false;
            Shell.attempt("umount", mount.toString());
        }
    }
}
