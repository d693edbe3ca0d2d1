package io.trivet.bench.namespace;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Detects from outside when a master takes a checkpoint: a checkpoint in progress has another name
 * in its directory than a complete one.
 */
final class CheckpointWatch implements AutoCloseable {
    private static final long POLL_NANOS = 500_000;

    private final Path quorum;
    private final Thread thread;
    private volatile @Nullable Taken taken;
    private volatile boolean closed;

    /** A checkpoint and when it was made. */
    record Taken(Path directory, long fromNanos, long toNanos) {
        double seconds() {
            return (toNanos - fromNanos) / 1e9;
        }
    }

    /** @param quorum the directory of a master's quorum */
    CheckpointWatch(Path quorum) {
        this.quorum = quorum;
        this.thread = Thread.ofPlatform().name("checkpoint-watch").daemon().start(this::run);
    }

    /** The first checkpoint that was begun and completed since this object was created. */
    Optional<Taken> taken() {
        return Optional.ofNullable(taken);
    }

    private void run() {
        try {
            while (!closed && taken == null) {
                List<Path> begun = named("making.");
                if (begun.isEmpty()) {
                    LockSupport.parkNanos(POLL_NANOS);
                } else {
                    follow(begun.getFirst());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void follow(Path making) throws IOException {
        long from = System.nanoTime();
        while (!closed && Files.exists(making)) {
            LockSupport.parkNanos(POLL_NANOS);
        }
        Path whole = making.resolveSibling(making.getFileName().toString().substring("making.".length()));
        if (Files.exists(whole)) {
            taken = new Taken(whole, from, System.nanoTime());
        }
    }

    private List<Path> named(String prefix) throws IOException {
        try (Stream<Path> groups = Files.list(quorum.resolve("log"))) {
            for (Path group : groups.toList()) {
                Path checkpoints = group.resolve("sm");
                if (Files.isDirectory(checkpoints)) {
                    try (Stream<Path> entries = Files.list(checkpoints)) {
                        return entries.filter(
                                        entry -> entry.getFileName().toString().startsWith(prefix))
                                .toList();
                    }
                }
            }
        }
        return List.of();
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
