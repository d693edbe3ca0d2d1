package io.trivet.cli;

import io.trivet.model.NodeId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.NavigableMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Shows a transfer while it lasts: on a terminal one line, drawn again at most ten times a second; elsewhere a plain line every ten seconds. It clears
 * its line when it closes, so that the closing line of the command takes its place.
 */
final class ProgressDisplay implements AutoCloseable {
    static final Duration REDRAW = Duration.ofMillis(100);
    static final Duration REPORT = Duration.ofSeconds(10);
    /** The rate is measured over this long. */
    private static final Duration WINDOW = Duration.ofSeconds(5);

    private static final String CLEAR_LINE = "\r\u001b[K";

    private final Console console;
    private final String label;
    private final TransferMeter meter = new TransferMeter(this::left);
    private final Deque<Sample> samples = new ArrayDeque<>();
    private final Thread painter;
    private boolean closed;
    private boolean drawn;

    ProgressDisplay(Console console, String label) {
        this.console = console;
        this.label = label;
        samples.add(new Sample(System.nanoTime(), meter.moved(), meter.local()));
        painter = Thread.ofPlatform().daemon().name("progress").start(this::paint);
    }

    TransferMeter meter() {
        return meter;
    }

    /** Says a line on standard error, above the one that is drawn. */
    synchronized void warn(String line) {
        clear();
        console.warn(line);
    }

    /** Says a line on standard output, where the one that is drawn is out of its way. */
    synchronized void say(String line) {
        clear();
        console.say(line);
        if (console.redraws()) {
            console.out().text().flush();
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
            clear();
        }
        try {
            painter.join(Duration.ofSeconds(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void left(NodeId node, String reason) {
        warn("trivet: " + node + " was left for another node: " + Wording.visible(reason));
    }

    private synchronized void paint() {
        long period = (console.redraws() ? REDRAW : REPORT).toNanos();
        long next = System.nanoTime() + period;
        try {
            while (!closed) {
                long left = next - System.nanoTime();
                if (left > 0) {
                    TimeUnit.NANOSECONDS.timedWait(this, left);
                } else {
                    show(now(System.nanoTime()));
                    next = System.nanoTime() + period;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void show(ProgressLine line) {
        if (console.redraws()) {
            console.err().print(CLEAR_LINE + line.drawn(console.columns(), console.colours()));
            console.err().flush();
            drawn = true;
        } else {
            console.warn(line.plain());
        }
    }

    private void clear() {
        if (drawn) {
            console.err().print(CLEAR_LINE);
            console.err().flush();
            drawn = false;
        }
    }

    /** The transfer at {@code nanos}, with the rate since the oldest sample of the window. */
    private ProgressLine now(long nanos) {
        Sample latest = new Sample(nanos, meter.moved(), meter.local());
        samples.addLast(latest);
        while (samples.size() > 2 && nanos - samples.getFirst().nanos() > WINDOW.toNanos()) {
            samples.removeFirst();
        }
        return line(samples.getFirst(), latest);
    }

    private ProgressLine line(Sample from, Sample to) {
        double seconds = Math.max(1e-3, (to.nanos() - from.nanos()) / 1e9);
        double rate = Math.max(0, to.bytes() - from.bytes()) / seconds;
        SortedSet<NodeId> busy = new TreeSet<>();
        to.moved().forEach((node, bytes) -> {
            @Nullable Long before = from.moved().get(node);
            if (before == null || before < bytes) {
                busy.add(node);
            }
        });
        return new ProgressLine(label, to.bytes(), meter.expected(), rate, busy);
    }

    /** What had moved at a time. */
    private record Sample(long nanos, NavigableMap<NodeId, Long> moved, long local) {
        long bytes() {
            return local + moved.values().stream().mapToLong(Long::longValue).sum();
        }
    }
}
