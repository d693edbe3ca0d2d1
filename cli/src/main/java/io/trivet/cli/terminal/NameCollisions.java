package io.trivet.cli.terminal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Detects remote names that are the same file locally: if the local file system ignores case, or
 * how an accented letter is encoded, the second file would silently replace the first. On other
 * file systems it stores nothing. One thread.
 */
public final class NameCollisions {
    /**
     * Created and removed again: a letter with an upper case, and one that Unicode encodes in two
     * ways.
     */
    private static final String PROBE = ".trivet-e\u0301-";

    private final boolean folding;
    private final Set<String> seen = new HashSet<>();

    public NameCollisions(boolean folding) {
        this.folding = folding;
    }

    /** For the entries of another directory. */
    public NameCollisions anew() {
        return new NameCollisions(folding);
    }

    /**
     * Whether the file system of this directory takes different names for one; true if that cannot
     * be tested by a write.
     */
    public static boolean folds(Path directory) {
        try {
            Path probe = Files.createTempFile(directory, PROBE, ".tmp");
            try {
                String name = String.valueOf(probe.getFileName());
                return Files.exists(directory.resolve(name.toUpperCase(Locale.ROOT)))
                        || Files.exists(directory.resolve(Normalizer.normalize(name, Normalizer.Form.NFC)));
            } finally {
                Files.deleteIfExists(probe);
            }
        } catch (IOException | RuntimeException _) {
            return true;
        }
    }

    /** Whether no earlier name collides with this one. */
    public boolean isNew(String name) {
        return !folding || seen.add(folded(name));
    }

    /** Folds more than any file system does, to be safe. */
    private static String folded(String name) {
        return Normalizer.normalize(
                Normalizer.normalize(name, Normalizer.Form.NFKD)
                        .toUpperCase(Locale.ROOT)
                        .toLowerCase(Locale.ROOT),
                Normalizer.Form.NFKD);
    }
}
