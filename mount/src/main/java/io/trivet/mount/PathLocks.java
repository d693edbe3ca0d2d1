package io.trivet.mount;

import io.trivet.model.RemotePath;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Keeps the paths of files from changing while they are saved: a save holds the path of its file; a
 * rename or removal waits for the saves at and below its paths, and lets no new ones begin there. So a
 * save never makes a name again that was removed or moved in between. Any thread; a change waits no
 * longer than the saves take, which have a bound of their own.
 */
final class PathLocks {
    private final List<RemotePath> held = new ArrayList<>();
    private final List<RemotePath> changing = new ArrayList<>();

    /** A path that stays as it is, or paths that are being changed, until this is closed. */
    interface Lock extends AutoCloseable {
        @Override
        void close();
    }

    /** A held path. */
    record Held(RemotePath path, Lock lock) implements AutoCloseable {
        @Override
        public void close() {
            lock.close();
        }
    }

    /** Holds the path that {@code path} gives once nobody changes it. */
    synchronized Held hold(Supplier<RemotePath> path) {
        RemotePath now = path.get();
        while (isChanging(now)) {
            await();
            now = path.get();
        }
        RemotePath mine = now;
        held.add(mine);
        return new Held(mine, () -> release(held, List.of(mine)));
    }

    /** Waits until nothing at or below these paths is held or changed by others. */
    synchronized Lock change(RemotePath... paths) {
        List<RemotePath> mine = List.of(paths);
        while (mine.stream()
                .anyMatch(path -> isChanging(path) || held.stream().anyMatch(one -> one.startsWith(path)))) {
            await();
        }
        changing.addAll(mine);
        return () -> release(changing, mine);
    }

    private boolean isChanging(RemotePath path) {
        return changing.stream().anyMatch(other -> path.startsWith(other) || other.startsWith(path));
    }

    private synchronized void release(List<RemotePath> from, List<RemotePath> paths) {
        paths.forEach(from::remove);
        notifyAll();
    }

    @SuppressWarnings("WaitNotInLoop") // callers look again
    private void await() {
        try {
            wait();
        } catch (InterruptedException e) {
            throw new IllegalStateException("threads of a mount are not interrupted", e);
        }
    }
}
