package io.trivet.cli.terminal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Finds names that are two in the cluster and one here: where the local file system does not tell
 * {@code a} from {@code A}, or an accent from a letter with its accent, the second would take the
 * place of the first without a word. Where it does tell, this keeps nothing. One thread.
 */
public final class NameCollisions {
    /** Made and removed again: a letter that has a large form, and one that Unicode writes in two ways. */
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
     * Whether the file system of this directory takes different names for one. Where nothing can be
     * written it is taken to be so.
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

    /** Whether no name was like this one before. */
    public boolean isNew(String name) {
        return !folding || seen.add(folded(name));
    }

    /** Rather too much is one than too little. */
    private static String folded(String name) {
        return Normalizer.normalize(
                Normalizer.normalize(name, Normalizer.Form.NFKD)
                        .toUpperCase(Locale.ROOT)
                        .toLowerCase(Locale.ROOT),
                Normalizer.Form.NFKD);
    }
}
