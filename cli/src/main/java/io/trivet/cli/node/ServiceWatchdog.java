package io.trivet.cli.node;

import io.trivet.thread.VitalThreads;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Tells the service manager again and again that the node lives, for as long as it does: its
 * heartbeat goes on, and a new virtual thread, as each connection has one, gets to run. A node that
 * hangs is told of no more, and is started again. It does not ask the node over the network: a
 * flood of connections must not be able to end it.
 */
final class ServiceWatchdog {
    private static final int PARTS = 6;

    private final ServiceNotice manager;
    private final BooleanSupplier beats;

    ServiceWatchdog(ServiceNotice manager, BooleanSupplier beats) {
        this.manager = manager;
        this.beats = beats;
    }

    /** In the background, from now on; nothing where nobody wants to hear of it. */
    void begin() {
        manager.watchdog()
                .map(limit -> limit.dividedBy(PARTS))
                .ifPresent(period -> VitalThreads.start("life-signs", () -> goOn(period)));
    }

    private void goOn(Duration period) {
        try {
            CountDownLatch never = new CountDownLatch(1);
            do {
                if (beats.getAsBoolean() && runsThreads(period)) {
                    manager.tell(ServiceNotice.LIVES);
                }
            } while (!never.await(period.toNanos(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean runsThreads(Duration limit) throws InterruptedException {
        CountDownLatch ran = new CountDownLatch(1);
        Thread.startVirtualThread(ran::countDown);
        return ran.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    }
}
