package io.trivet.cli.text;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Suggests the known word that is closest to a mistyped one. */
public final class DidYouMean {
    private static final int MAX_MISTAKES = 3;

    private DidYouMean() {}

    /**
     * The word with the fewest mistakes, at most three and at most half of its letters; empty where
     * none is so near. The first of several.
     */
    public static Optional<String> nearest(String written, Collection<String> words) {
        return words.stream()
                .min(Comparator.comparingInt(word -> distance(written, word)))
                .filter(word -> distance(written, word) <= Math.min(MAX_MISTAKES, word.length() / 2));
    }

    /**
     * How many letters must be put in, left out, replaced or exchanged with their neighbour
     * (optimal string alignment, after Damerau 1964).
     */
    private static int distance(String one, String other) {
        int[] before = new int[other.length() + 1];
        int[] row = new int[other.length() + 1];
        Arrays.setAll(row, column -> column);
        for (int i = 1; i <= one.length(); i++) {
            int[] next = new int[other.length() + 1];
            next[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int replaced = row[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                next[j] = Math.min(replaced, Math.min(next[j - 1], row[j]) + 1);
                if (i > 1
                        && j > 1
                        && one.charAt(i - 1) == other.charAt(j - 2)
                        && one.charAt(i - 2) == other.charAt(j - 1)) {
                    next[j] = Math.min(next[j], before[j - 2] + 1);
                }
            }
            before = row;
            row = next;
        }
        return row[other.length()];
    }
}
