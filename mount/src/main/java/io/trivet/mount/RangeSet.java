package io.trivet.mount;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A set of numbers, kept as ranges that neither touch nor overlap. One thread. */
final class RangeSet {
    /** Begin to end. */
    private final TreeMap<Long, Long> ranges = new TreeMap<>();

    /** The numbers from {@code begin} up to, and without, {@code end}. */
    record Range(long begin, long end) {
        long length() {
            return end - begin;
        }
    }

    void add(long begin, long end) {
        if (begin >= end) {
            return;
        }
        long from = begin;
        long to = end;
        Map.Entry<Long, Long> before = ranges.floorEntry(begin);
        if (before != null && before.getValue() >= begin) {
            from = before.getKey();
            to = Math.max(to, before.getValue());
        }
        for (Map.Entry<Long, Long> next = ranges.ceilingEntry(from);
                next != null && next.getKey() <= to;
                next = ranges.ceilingEntry(from)) {
            to = Math.max(to, next.getValue());
            ranges.remove(next.getKey());
        }
        ranges.put(from, to);
    }

    /** Removes all numbers from {@code end} on. */
    void cut(long end) {
        ranges.tailMap(end, true).clear();
        Map.Entry<Long, Long> last = ranges.lastEntry();
        if (last != null && last.getValue() > end) {
            ranges.put(last.getKey(), end);
        }
    }

    /** The range that begins at {@code at} or includes it; null if {@code at} is not in the set. */
    @Nullable
    Range at(long at) {
        Map.Entry<Long, Long> there = ranges.floorEntry(at);
        return there == null || there.getValue() <= at ? null : new Range(there.getKey(), there.getValue());
    }

    /** The first number of the set at or behind {@code at}, at most {@code limit}. */
    long next(long at, long limit) {
        if (at(at) != null) {
            return at;
        }
        Long next = ranges.ceilingKey(at);
        return next == null ? limit : Math.min(next, limit);
    }

    /** How many numbers it has. */
    long count() {
        return all().stream().mapToLong(Range::length).sum();
    }

    /** In order. */
    List<Range> all() {
        return ranges.entrySet().stream()
                .map(range -> new Range(range.getKey(), range.getValue()))
                .toList();
    }

    /** What the set lacks between the two, in order. */
    List<Range> gaps(long begin, long end) {
        List<Range> gaps = new ArrayList<>();
        long at = begin;
        while (at < end) {
            Range there = at(at);
            if (there != null) {
                at = there.end();
            } else {
                long next = next(at, end);
                gaps.add(new Range(at, next));
                at = next;
            }
        }
        return gaps;
    }

    @Override
    public String toString() {
        return ranges.toString();
    }
}
