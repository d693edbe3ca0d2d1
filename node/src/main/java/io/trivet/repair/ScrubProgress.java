package io.trivet.repair;

import io.trivet.model.ScrubReport;
import io.trivet.model.Slot;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * The progress of a scrub.
 *
 * @param slot the next slot to verify; {@link Slot#COUNT} between two rounds
 * @param startedMs when this round, or the last one, began, in milliseconds since 1970; 0 before
 *     the first
 */
public record ScrubProgress(int slot, long startedMs, ScrubReport report) {
    public static final ScrubProgress NONE = new ScrubProgress(Slot.COUNT, 0, ScrubReport.NONE);

    private static final int NUMBERS = 6;

    public ScrubProgress {
        if (slot < 0 || slot > Slot.COUNT) {
            throw new IllegalArgumentException("a scrub is at slot 0 to " + Slot.COUNT + ", not " + slot);
        }
    }

    ScrubProgress checked(long bytes, int bad) {
        return with(
                new ScrubReport(report.chunks() + 1, report.bytes() + bytes, report.bad() + bad, report.completedMs()));
    }

    /** Adds replicas that were found bad before they could be read. */
    ScrubProgress found(long bad) {
        return with(new ScrubReport(report.chunks(), report.bytes(), report.bad() + bad, report.completedMs()));
    }

    boolean isRunning() {
        return slot < Slot.COUNT;
    }

    ScrubProgress begun(Instant now) {
        return new ScrubProgress(0, now.toEpochMilli(), new ScrubReport(0, 0, report.bad(), report.completedMs()));
    }

    ScrubProgress afterSlot(Instant now) {
        long completedMs = slot + 1 == Slot.COUNT ? now.toEpochMilli() : report.completedMs();
        return new ScrubProgress(
                slot + 1, startedMs, new ScrubReport(report.chunks(), report.bytes(), report.bad(), completedMs));
    }

    private ScrubProgress with(ScrubReport changed) {
        return new ScrubProgress(slot, startedMs, changed);
    }

    /** One line of numbers, which {@link #parse} reads. */
    public String text() {
        return LongStream.of(slot, startedMs, report.chunks(), report.bytes(), report.bad(), report.completedMs())
                .mapToObj(Long::toString)
                .collect(Collectors.joining(" "));
    }

    /** Throws {@link IllegalArgumentException} for anything that {@link #text} does not write. */
    public static ScrubProgress parse(String text) {
        long[] numbers = Arrays.stream(text.strip().split(" ", -1))
                .mapToLong(Long::parseLong)
                .toArray();
        if (numbers.length != NUMBERS) {
            throw new IllegalArgumentException("a scrub's progress has " + NUMBERS + " numbers: " + text);
        }
        if (numbers[0] != (int) numbers[0]) {
            throw new IllegalArgumentException("no slot has the number " + numbers[0]);
        }
        return new ScrubProgress(
                (int) numbers[0], numbers[1], new ScrubReport(numbers[2], numbers[3], numbers[4], numbers[5]));
    }
}
