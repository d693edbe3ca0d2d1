package io.trivet.cli.remote;

import io.trivet.wire.TransportSecurity;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Makes TLS ready on a thread of its own while the line of arguments is looked at, and is waited
 * for before the first connection. Any thread.
 */
public final class TlsPreload {
    private final FutureTask<Boolean> task = new FutureTask<>(TlsPreload::ready, true);

    private TlsPreload() {}

    /** Begun at once where the command will connect; otherwise it begins when it is waited for. */
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
        task.run(); // nothing, if it was begun
        try {
            task.get();
        } catch (ExecutionException _) {
            // The first connection tells what is wrong with TLS.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
