package io.trivet.cli.remote;

import io.trivet.wire.TransportSecurity;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Loads TLS on a thread of its own while the arguments are parsed; awaited before the first
 * connection. Any thread.
 */
public final class TlsPreload {
    private final FutureTask<Boolean> task = new FutureTask<>(TlsPreload::ready, true);

    private TlsPreload() {}

    /** Starts at once if the command will connect; otherwise when it is awaited. */
    public static TlsPreload of(boolean connects) {
        TlsPreload tlsPreload = new TlsPreload();
        if (connects) {
            Thread.ofPlatform().daemon().name("readying").start(tlsPreload.task);
        }
        return tlsPreload;
    }

    private static void ready() {
        SecurityProviders.leaveOutUnused();
        SecurityProviders.preferNative();
        TransportSecurity.prepare();
    }

    /** Returns when it is done, or this thread is interrupted. */
    void await() {
        task.run(); // no effect if it was started
        try {
            task.get();
        } catch (ExecutionException _) {
            // The first connection will report what is wrong with TLS.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
