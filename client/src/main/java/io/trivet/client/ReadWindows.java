package io.trivet.client;

import io.trivet.model.FileId;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Parts of files that were read lately or will be read soon, of all files of a client: the windows,
 * of {@link #WINDOW_BYTES} each. A content never changes under its id, so a window is good for as
 * long as it is kept. Two threads that need the same window fetch it once. Any thread.
 *
 * <p>Bound: {@code openFiles} MiB, at least {@link #LEAST_BYTES}, and beside that a window for each
 * thread that fetches one.
 */
final class ReadWindows {
    /** A multiple of a block. */
    static final int WINDOW_BYTES = 256 << 10;

    static final long LEAST_BYTES = 4 << 20;

    private static final int LEAST_COST = 4 << 10;

    /** Windows that are fetched ahead at once, for all files. */
    static final int MOST_AHEAD_AT_ONCE = 8;

    private final long maxBytes;
    private final Map<Key, CompletableFuture<byte[]>> windows = new LinkedHashMap<>(16, 0.75f, true);
    private final Semaphore ahead = new Semaphore(MOST_AHEAD_AT_ONCE);
    private long bytes;

    /**
     * @param chunk number, from 1
     * @param index of the window in the chunk, from 0
     */
    record Key(FileId file, int chunk, int index) {}

    ReadWindows(int openFiles) {
        maxBytes = Math.max(LEAST_BYTES, (long) openFiles << 20);
    }

    /** Bytes that are kept. */
    synchronized long bytes() {
        return bytes;
    }

    /** The window, which {@code fetch} gets unless it is there or another thread is getting it. */
    byte[] get(Key key, Callable<byte[]> fetch) throws IOException {
        CompletableFuture<byte[]> mine = new CompletableFuture<>();
        CompletableFuture<byte[]> there = claim(key, mine);
        if (there != null) {
            byte[] window = await(there);
            if (window != null) {
                return window;
            }
            there = claim(key, mine); // the other thread failed; its reason may not hold here
        }
        return there == null ? fetched(key, mine, fetch) : fetchedAlone(fetch);
    }

    /**
     * Has {@code start} run the fetch of a window that will be needed soon, unless it is there,
     * under way, or too many are.
     */
    void fetchAhead(Key key, Callable<byte[]> fetch, Consumer<Callable<byte[]>> start) {
        if (!ahead.tryAcquire()) {
            return;
        }
        CompletableFuture<byte[]> mine = new CompletableFuture<>();
        if (claim(key, mine) != null) {
            ahead.release();
            return;
        }
        boolean started = false;
        try {
            start.accept(() -> {
                try {
                    return fetched(key, mine, fetch);
                } finally {
                    ahead.release();
                }
            });
            started = true;
        } finally {
            if (!started) {
                forget(key, mine, new IOException("the client is closed"));
                ahead.release();
            }
        }
    }

    private synchronized @Nullable CompletableFuture<byte[]> claim(Key key, CompletableFuture<byte[]> mine) {
        CompletableFuture<byte[]> there = windows.get(key);
        if (there == null) {
            windows.put(key, mine);
        }
        return there;
    }

    private byte[] fetched(Key key, CompletableFuture<byte[]> mine, Callable<byte[]> fetch) throws IOException {
        boolean done = false;
        try {
            byte[] window = fetchedAlone(fetch);
            keep(key, mine, window);
            done = true;
            return window;
        } finally {
            if (!done) {
                forget(key, mine, new IOException("another thread could not read it"));
            }
        }
    }

    private static byte[] fetchedAlone(Callable<byte[]> fetch) throws IOException {
        try {
            return fetch.call();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Completes a window, and lets those go that were not used for the longest time. */
    private void keep(Key key, CompletableFuture<byte[]> mine, byte[] window) {
        mine.complete(window);
        synchronized (this) {
            bytes += cost(window);
            for (Iterator<Map.Entry<Key, CompletableFuture<byte[]>>> oldest =
                            windows.entrySet().iterator();
                    bytes > maxBytes && oldest.hasNext(); ) {
                Map.Entry<Key, CompletableFuture<byte[]>> each = oldest.next();
                if (each.getValue().isDone() && !each.getKey().equals(key)) {
                    bytes -= cost(each.getValue().join());
                    oldest.remove();
                }
            }
        }
    }

    /** Many small files have as many windows: each costs more than its bytes. */
    private static long cost(byte[] window) {
        return Math.max(window.length, LEAST_COST);
    }

    private void forget(Key key, CompletableFuture<byte[]> mine, IOException why) {
        synchronized (this) {
            windows.remove(key, mine);
        }
        mine.completeExceptionally(why);
    }

    /** Null if the thread that fetched it failed. */
    private static byte @Nullable [] await(CompletableFuture<byte[]> window) throws IOException {
        try {
            return window.get();
        } catch (ExecutionException ignored) {
            return null;
        } catch (InterruptedException ignored) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped while another thread read the same");
        }
    }
}
