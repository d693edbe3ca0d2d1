package io.trivet.faults;

import io.trivet.client.TrivetClient;
import io.trivet.model.RemotePath;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** Several workers, each in a thread and with a client of its own, that can be made to stand still between two operations. */
final class Workload implements AutoCloseable {
    /** Above the time in which a worker gives up to learn what is true. */
    private static final Duration STANDSTILL_LIMIT = Duration.ofMinutes(3);

    private final List<Worker> workers = new ArrayList<>();
    private final List<TrivetClient> clients = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    /** Fair, so that workers that go on and on let the one who wants a standstill in. */
    private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock(true);

    private final Figures figures;
    private volatile boolean ended;

    /**
     * Starts the workers.
     *
     * @param local a directory for their local files
     */
    Workload(ProcessCluster cluster, String name, int count, Path local, int chunkBytes, long seed, Figures figures) {
        this.figures = figures;
        for (int number = 0; number < count; number++) {
            TrivetClient client = cluster.client();
            clients.add(client);
            RemotePath directory = RemotePath.parse("/" + name + "-w" + number);
            Path file = local.resolve(directory.name());
            Worker worker = new Worker(client, directory, file, chunkBytes, seed * 31 + number, figures);
            worker.begin();
            workers.add(worker);
        }
        for (Worker worker : workers) {
            threads.add(Thread.ofPlatform()
                    .daemon()
                    .name("worker-" + worker.directory().name())
                    .start(() -> work(worker)));
        }
    }

    private void work(Worker worker) {
        try {
            while (!ended) {
                gate.readLock().lock();
                try {
                    worker.step();
                } finally {
                    gate.readLock().unlock();
                }
            }
        } catch (IOException | RuntimeException e) {
            figures.violated(worker.directory() + ": a client failed in a way that its contract does not know: " + e);
        }
    }

    /** Something to do while nobody works. */
    interface Stillness {
        void use() throws IOException;
    }

    /** Only while all stand still. */
    void check(Audit audit) {
        workers.forEach(worker -> audit.check(worker.directory(), worker.world()));
    }

    /** Waits until every worker has ended its operation, and lets them go on afterwards. */
    void standStill(Stillness stillness) throws IOException {
        try {
            if (!gate.writeLock().tryLock(STANDSTILL_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("a client's operation did not end within " + STANDSTILL_LIMIT);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted");
        }
        try {
            stillness.use();
        } finally {
            gate.writeLock().unlock();
        }
    }

    @Override
    public void close() {
        ended = true;
        for (Thread thread : threads) {
            try {
                thread.join(STANDSTILL_LIMIT);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
        clients.forEach(TrivetClient::close);
    }
}
