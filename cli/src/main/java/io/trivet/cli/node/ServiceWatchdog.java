package io.trivet.cli.node;

import io.trivet.thread.VitalThreads;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Reports periodically to the service manager that the node is alive, while its heartbeats make
 * progress and a new virtual thread, as every connection needs one, gets to run. If the node hangs
 * the reports stop, and the manager restarts it. The check does not use the network, so that a
 * flood of connections cannot end the node.
 */
final class ServiceWatchdog {
    private static final int PARTS = 6;

    private final ServiceNotice manager;
    private final BooleanSupplier beats;

    ServiceWatchdog(ServiceNotice manager, BooleanSupplier beats) {
        this.manager = manager;
        this.beats = beats;
    }

    /** Starts in the background; no effect if the manager expects no reports. */
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
