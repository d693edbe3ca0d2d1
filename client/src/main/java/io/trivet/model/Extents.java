package io.trivet.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Computes the extents of a file from those it had and the chunks that replace some of its own. */
final class Extents {
    private Extents() {}

    /**
     * The extents of a file of {@code newCount} chunks.
     *
     * @param old those of the file before, of {@code oldCount} chunks; the first one begins at 1; none if it has no chunk
     * @param content where the new chunks are stored, with the slot of its chunk 1
     * @param chunks the numbers of the new chunks, in order, which do not overlap
     */
    static List<Extent> with(List<Extent> old, int newCount, Extent content, List<ChunkRange> chunks) {
        NavigableMap<Integer, Extent> starts = new TreeMap<>();
        old.forEach(extent -> starts.put(extent.from(), extent));
        for (ChunkRange range : chunks) {
            Map.Entry<Integer, Extent> after = starts.floorEntry(range.to() + 1);
            starts.subMap(range.from(), true, range.to() + 1, true).clear();
            starts.put(range.from(), content.startingAt(range.from()));
            if (after != null) {
                starts.put(range.to() + 1, after.getValue().startingAt(range.to() + 1));
            }
        }
        List<Extent> joined = new ArrayList<>();
        for (Extent extent : starts.headMap(newCount, true).values()) {
            if (joined.isEmpty() || !joined.getLast().content().equals(extent.content())) {
                joined.add(extent);
            }
        }
        return joined;
    }

    /** The extent of a chunk. */
    static Extent of(List<Extent> extents, int number) {
        int low = 0;
        int high = extents.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (extents.get(middle).from() <= number) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return extents.get(low);
    }

    /** Throws {@link IllegalArgumentException} unless they are in order and begin with chunk 1. */
    static void require(List<Extent> extents, int chunks) {
        int before = 0;
        for (Extent extent : extents) {
            if (extent.from() <= before || (before == 0 && extent.from() != 1) || extent.from() > chunks) {
                throw new IllegalArgumentException("extents are in order, from chunk 1 on: " + extents);
            }
            before = extent.from();
        }
    }
}
