package io.trivet.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.client.ClientOptions;
import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Saves, loads and lists a small file again and again in a thread of its own, and measures each
 * operation, until it is closed.
 */
final class HonestUser implements AutoCloseable {
    private static final int FILE_BYTES = 20_000;
    private static final long BETWEEN_NANOS = 20_000_000;
    private static final Duration END_LIMIT = Duration.ofSeconds(30);

    private final TrivetClient client;
    private final RemotePath directory;
    private final Thread thread;
    private final List<String> failures = new ArrayList<>();
    private final List<Duration> times = new ArrayList<>();
    private volatile boolean closing;

    /** @param directory where the user has all rights */
    HonestUser(ClientOptions options, RemotePath directory) {
        this.client = TrivetClient.connect(options);
        this.directory = directory;
        this.thread = Thread.ofPlatform().name("honest-user").daemon().start(this::run);
    }

    private void run() {
        for (int number = 0; !closing; number++) {
            RemotePath path = directory.resolve("file-" + number % 10);
            Content content = Content.of(number, FILE_BYTES + number);
            measure("save", () -> client.save(new ByteArrayInputStream(content.bytes()), path, Progress.NONE));
            measure("load", () -> Worker.loadToStream(client, path, content));
            measure("list", () -> assertThat(client.list(directory)).isNotEmpty());
            LockSupport.parkNanos(BETWEEN_NANOS);
        }
    }

    @FunctionalInterface
    private interface Step {
        void go() throws IOException;
    }

    private void measure(String what, Step step) {
        long begin = System.nanoTime();
        try {
            step.go();
        } catch (IOException | TrivetException | AssertionError e) {
            note(what + ": " + e);
        }
        synchronized (this) {
            times.add(Duration.ofNanos(System.nanoTime() - begin));
        }
    }

    private synchronized void note(String failure) {
        failures.add(failure);
    }

    synchronized int operations() {
        return times.size();
    }

    synchronized List<String> failures() {
        return List.copyOf(failures);
    }

    /** How long an operation took that is slower than this share of all: 0.5 for the median. */
    synchronized Duration time(double share) {
        List<Duration> sorted = times.stream().sorted().toList();
        return sorted.get((int) Math.min(sorted.size() - 1L, Math.round(share * sorted.size())));
    }

    /** Returns after the operation in progress. */
    @Override
    public void close() {
        closing = true;
        try {
            assertThat(thread.join(END_LIMIT))
                    .as("the honest user's last operation ends")
                    .isTrue();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        client.close();
    }
}
