package io.trivet.cli;

import io.trivet.wire.Protection;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Makes TLS ready on a thread of its own while the line of arguments is looked at, and is waited for before the first connection. Any thread. */
final class Readying {
    private final FutureTask<Boolean> task = new FutureTask<>(Readying::ready, true);

    private Readying() {}

    /** Begun where the arguments name a command that will connect; otherwise it begins when it is waited for. */
    static Readying of(String... arguments) {
        Readying readying = new Readying();
        if (Commands.connects(arguments)) {
            Thread.ofPlatform().daemon().name("readying").start(readying.task);
        }
        return readying;
    }

    private static void ready() {
        Providers.leaveOutUnused();
        Protection.prepare();
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
