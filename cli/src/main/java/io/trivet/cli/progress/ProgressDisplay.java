package io.trivet.cli.progress;

import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.Format;
import io.trivet.cli.text.Text;
import io.trivet.model.NodeId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Shows the progress of a transfer: on a terminal one line, redrawn at most ten times a second;
 * otherwise a plain line every ten seconds. Clears its line when it closes, so that the result line
 * of the command replaces it.
 */
public final class ProgressDisplay implements AutoCloseable {
    static final Duration REDRAW = Duration.ofMillis(100);
    static final Duration REPORT = Duration.ofSeconds(10);
    /** For a failed transfer that can be resumed. */
    public static final Text RESUMABLE = Text.of("nothing was changed; run the same command again to resume");

    /** The rate is averaged over this time. */
    private static final Duration WINDOW = Duration.ofSeconds(5);

    private final Console console;
    private String label;
    private final TransferMeter meter = new TransferMeter(this::left);
    private final Deque<Sample> samples = new ArrayDeque<>();
    private final Thread painter;
    private final LiveArea liveArea;
    private final boolean verbose;
    private final Optional<Text> ifInterrupted;
    private final Thread interruption = new Thread(this::interrupted, "interrupted");
    private boolean closed;

    public ProgressDisplay(Console console, String label) {
        this(console, Text.joined(label), false, Optional.empty());
    }

    public ProgressDisplay(Console console, Text label, boolean verbose, Text ifInterrupted) {
        this(console, label, verbose, Optional.of(ifInterrupted));
    }

    /**
     * @param verbose whether each node has a bar of its own, and nodes that are slow are named
     * @param ifInterrupted printed at Ctrl-C if the transfer cannot be resumed: what is now true,
     *     and how to continue
     */
    private ProgressDisplay(Console console, Text label, boolean verbose, Optional<Text> ifInterrupted) {
        this.console = console;
        this.label = label.in(console.language());
        this.verbose = verbose;
        this.ifInterrupted = ifInterrupted;
        this.liveArea = new LiveArea(console);
        watchForTheEnd();
        samples.add(new Sample(System.nanoTime(), meter.moved(), meter.local()));
        painter = Thread.ofPlatform().daemon().name("progress").start(this::paint);
    }

    /** Sets the label from now on. */
    public synchronized void label(Text other) {
        label = other.in(console.language());
    }

    public TransferMeter meter() {
        return meter;
    }

    /** Prints a line on standard error, above the progress line. */
    synchronized void warn(Text line) {
        liveArea.clear();
        console.warn(line);
    }

    /** Like {@link #warn}, for an error. */
    public synchronized void complain(Text what) {
        liveArea.clear();
        console.complain(what);
    }

    /** Reports a skipped file and the reason. */
    public void skipped(String file, Text why) {
        complain(Text.of("skipped {0}: {1}", file, why));
    }

    /** Prints a line on standard output, with the progress line out of its way. */
    public synchronized void say(Text line) {
        liveArea.clear();
        console.say(line);
        if (console.redraws()) {
            console.flush();
        }
    }

    private void watchForTheEnd() {
        try {
            Runtime.getRuntime().addShutdownHook(interruption);
        } catch (IllegalStateException _) {
            // The process ends already.
        }
    }

    /** The process is told to end during the transfer. */
    private synchronized void interrupted() {
        if (!closed) {
            closed = true;
            liveArea.clear();
            Optional<Text> advice = meter.isResumable() ? Optional.of(RESUMABLE) : ifInterrupted;
            console.complain(
                    advice.map(told -> Text.of("interrupted: {0}", told)).orElse(Text.of("interrupted")));
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
            liveArea.clear();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(interruption);
        } catch (IllegalStateException _) {
            // The process ends.
        }
        try {
            painter.join(Duration.ofSeconds(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The transfer continues by itself, so this is shown only with --verbose. */
    private void left(NodeId node, String reason) {
        if (verbose) {
            warn(Text.of("{0} did not complete a request, another node is used: {1}", node, Text.told(reason)));
        }
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

    private void show(Moment moment) {
        if (!console.redraws()) {
            Text line = moment.line.plain();
            console.warn(verbose ? Text.of("{0} ({1})", line, amounts(moment.to)) : line);
            return;
        }
        int columns = console.columns();
        List<String> lines = new ArrayList<>();
        lines.add(moment.line.drawn(columns, console.colours(), console.language()));
        if (verbose) {
            lines.addAll(ProgressLine.bars(moment.to.moved(), moment.rates(), columns, console.colours()));
        }
        liveArea.draw(lines);
    }

    private static Text amounts(Sample sample) {
        return Text.list(sample.moved().entrySet().stream()
                .map(node -> node.getKey() + " " + Format.bytes(node.getValue()))
                .toList());
    }

    /** The transfer at {@code nanos}, with the rate since the oldest sample of the window. */
    private Moment now(long nanos) {
        Sample latest = new Sample(nanos, meter.moved(), meter.local());
        samples.addLast(latest);
        while (samples.size() > 2 && nanos - samples.getFirst().nanos() > WINDOW.toNanos()) {
            samples.removeFirst();
        }
        return new Moment(line(samples.getFirst(), latest), samples.getFirst(), latest);
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
        return new ProgressLine(label, meter.resumed() + to.bytes(), meter.expected(), rate, busy);
    }

    /** What is shown, and the samples it is computed from. */
    private record Moment(ProgressLine line, Sample from, Sample to) {
        Map<NodeId, Double> rates() {
            double seconds = Math.max(1e-3, (to.nanos - from.nanos) / 1e9);
            Map<NodeId, Double> rates = new HashMap<>();
            to.moved.forEach((node, bytes) ->
                    rates.put(node, Math.max(0, bytes - from.moved.getOrDefault(node, 0L)) / seconds));
            return rates;
        }
    }

    /** The bytes moved up to a time. */
    private record Sample(long nanos, NavigableMap<NodeId, Long> moved, long local) {
        long bytes() {
            return local + moved.values().stream().mapToLong(Long::longValue).sum();
        }
    }
}
