package io.trivet.client;

import io.trivet.file.ChecksummedLog;
import io.trivet.file.PrivateFiles;
import io.trivet.model.ClusterId;
import io.trivet.model.RemotePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The journals of this user's saves in a directory, one for each cluster, source and target. */
final class SaveJournals {
    /** The cluster keeps interrupted saves for less time. */
    private static final Duration KEPT = Duration.ofDays(1);

    private static final int MAX_JOURNALS = 1000;
    private static final String ENDING = ".save";

    private final @Nullable Path directory;

    /**
     * @param state the directory of the program's state; null if there is none, and then no save
     *     can be resumed
     */
    SaveJournals(@Nullable Path state) {
        this.directory = state == null ? null : state.resolve("saves");
    }

    /**
     * The journal of a new save; empty if none can be kept, or if another process saves the same
     * source to the same target.
     */
    Optional<SaveJournal> open(ClusterId cluster, Path source, RemotePath target) {
        if (directory == null) {
            return Optional.empty();
        }
        try {
            PrivateFiles.makeDirectory(directory);
            if (tidy(directory) > MAX_JOURNALS) {
                return Optional.empty();
            }
        } catch (IOException ignored) {
            return Optional.empty();
        }
        String name = digest(cluster + "\n" + source.toAbsolutePath().normalize() + "\n" + target);
        return ChecksummedLog.open(directory.resolve(name + ENDING)).map(SaveJournal::new);
    }

    /** Deletes old journals; returns how many are left. */
    private static long tidy(Path directory) throws IOException {
        Instant before = Instant.now().minus(KEPT);
        List<Path> journals;
        try (Stream<Path> files = Files.list(directory)) {
            journals = files.filter(file -> file.toString().endsWith(ENDING))
                    .limit(4L * MAX_JOURNALS)
                    .toList();
        }
        long left = 0;
        for (Path journal : journals) {
            if (Files.exists(journal)
                    && Files.getLastModifiedTime(journal).toInstant().isBefore(before)) {
                Files.deleteIfExists(journal);
            } else {
                left++;
            }
        }
        return left;
    }

    /** A short name that does not reveal the text. */
    static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
