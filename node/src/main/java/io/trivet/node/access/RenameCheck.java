package io.trivet.node.access;

import io.trivet.model.Command;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.protocol.Request;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Checks the paths below a directory before it is renamed. The log entry itself checks only the
 * first of them. A large directory takes one of few places, so that many such renames do not occupy
 * the leader. Any thread.
 */
final class RenameCheck {
    /** Shorter than {@link Request#ANSWER_LIMIT}: a caller that asks again begins from the start. */
    static final Duration LIMIT = Duration.ofSeconds(4);

    private static final int LARGE_AT_ONCE = 2;

    /** Steps of a directory that is not large: of a thousand names each. */
    private static final int FEW_STEPS = 10;

    private final Semaphore large = new Semaphore(LARGE_AT_ONCE, true);
    private final Duration limit;

    RenameCheck() {
        this(LIMIT);
    }

    RenameCheck(Duration limit) {
        this.limit = limit;
    }

    /** {@link io.trivet.namespace.Namespace#requirePaths}. */
    @FunctionalInterface
    interface Paths {
        void require(Command.Rename rename, BooleanSupplier goesOn);
    }

    /**
     * Throws {@link TrivetException}: {@code BAD_NAME} for a path that would be too long, {@code
     * BAD_REQUEST} if there are too many to check, {@code BUSY} if no place became free.
     */
    Command.Rename looked(Command.Rename rename, Paths paths) {
        Command.Rename bounded = new Command.Rename(rename.from(), rename.to(), true, rename.overEmpty());
        Look look = new Look(System.nanoTime() + limit.toNanos());
        try {
            paths.require(bounded, look::goesOn);
        } finally {
            look.end();
        }
        return bounded;
    }

    private final class Look {
        private final long endNanos;
        private int steps;
        private boolean holds;

        Look(long endNanos) {
            this.endNanos = endNanos;
        }

        boolean goesOn() {
            steps++;
            if (steps > FEW_STEPS && !holds) {
                takePlace();
            }
            return System.nanoTime() - endNanos < 0;
        }

        private void takePlace() {
            try {
                holds = large.tryAcquire(Math.max(0, endNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
            if (!holds) {
                throw TrivetException.of(
                        Refusal.Kind.BUSY, "", "other large directories are being renamed: try again later");
            }
        }

        void end() {
            if (holds) {
                large.release();
            }
        }
    }
}
