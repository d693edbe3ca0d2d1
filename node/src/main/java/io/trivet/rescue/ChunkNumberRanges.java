package io.trivet.rescue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Numbers of chunks, ascending, as ranges: a trailer may claim to be the last of 2^30 chunks, all
 * others of which are missing.
 *
 * @param ranges ascending and not adjacent
 */
public record ChunkNumberRanges(List<Range> ranges) {
    public static final ChunkNumberRanges NONE = new ChunkNumberRanges(List.of());

    public ChunkNumberRanges {
        ranges = List.copyOf(ranges);
    }

    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    public long count() {
        return ranges.stream()
                .mapToLong(range -> range.to() - range.from() + 1L)
                .sum();
    }

    /** Empty if {@code to} is less than {@code from}. */
    static ChunkNumberRanges range(int from, int to) {
        Builder range = new Builder();
        range.add(from, to);
        return range.build();
    }

    /** The union of two disjoint sets. */
    ChunkNumberRanges and(ChunkNumberRanges others) {
        Builder all = new Builder();
        Stream.concat(ranges.stream(), others.ranges.stream())
                .sorted(Comparator.comparingInt(Range::from))
                .forEach(range -> all.add(range.from(), range.to()));
        return all.build();
    }

    /** The first {@code max} of them. */
    public List<Integer> first(int max) {
        return ranges.stream()
                .flatMapToLong(range -> LongStream.rangeClosed(range.from(), range.to()))
                .limit(max)
                .mapToObj(Math::toIntExact)
                .toList();
    }

    /** For example {@code 3, 7-9}. */
    @Override
    public String toString() {
        return ranges.stream().map(Range::toString).collect(Collectors.joining(", "));
    }

    /** A range with both ends included. */
    public record Range(int from, int to) {
        @Override
        public String toString() {
            return from == to ? from + "" : from + "-" + to;
        }
    }

    /** Collects numbers in ascending order. */
    static final class Builder {
        private final List<Range> ranges = new ArrayList<>();

        void add(int number) {
            add(number, number);
        }

        /** Adds nothing if {@code to} is less than {@code from}. */
        void add(int from, int to) {
            if (to < from) {
                return;
            }
            if (!ranges.isEmpty() && ranges.getLast().to() == from - 1) {
                ranges.add(new Range(ranges.removeLast().from(), to));
            } else {
                ranges.add(new Range(from, to));
            }
        }

        ChunkNumberRanges build() {
            return new ChunkNumberRanges(ranges);
        }
    }
}
