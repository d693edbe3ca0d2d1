package io.trivet.cli.mount;

import io.trivet.cli.remote.StateDirectory;
import io.trivet.cli.terminal.Console;
import io.trivet.file.AtomicFile;
import io.trivet.file.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What this user's state directory has of a mount point: {@code mounts/X/pid}, the process; {@code
 * mounts/X/log}, what it says in the background; {@code mounts/X/spool}, what it has to save.
 */
record MountRecord(Path directory) {
    private static final int NAME_BYTES = 8;

    /** Empty for an account without a home. */
    static Optional<MountRecord> of(Console console, Path mountPoint) {
        return StateDirectory.of(console)
                .map(state -> new MountRecord(state.resolve("mounts").resolve(name(mountPoint))));
    }

    private static String name(Path mountPoint) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(mountPoint.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, NAME_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    Path spool() {
        return directory.resolve("spool");
    }

    Path log() {
        return directory.resolve("log");
    }

    void make() throws IOException {
        PrivateFiles.makeDirectory(directory);
    }

    /** Notes that this process serves the mount point. */
    void begin() throws IOException {
        make();
        AtomicFile.write(pid(), ProcessHandle.current().pid() + "\n");
    }

    void end() throws IOException {
        Files.deleteIfExists(pid());
    }

    /** The process that serves the mount point, if it runs. */
    Optional<ProcessHandle> process() throws IOException {
        if (!Files.exists(pid())) {
            return Optional.empty();
        }
        String text = Files.readString(pid()).strip();
        return text.matches("[0-9]{1,10}") ? ProcessHandle.of(Long.parseLong(text)) : Optional.empty();
    }

    private Path pid() {
        return directory.resolve("pid");
    }
}
