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

/**
 * Several workers, each with a thread and a client of its own, that can be paused between two
 * operations.
 */
final class Workload implements AutoCloseable {
    /** More than the time after which a worker gives up determining the current state. */
    private static final Duration STANDSTILL_LIMIT = Duration.ofMinutes(3);

    private final List<Worker> workers = new ArrayList<>();
    private final Histories histories;
    private final List<TrivetClient> clients = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    /** Fair, so that busy workers let a standstill begin. */
    private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock(true);

    private final RunFigures runFigures;
    private volatile boolean ended;

    /**
     * Starts the workers.
     *
     * @param historians the number of further clients that contend for the same few names, and
     *     whose histories are checked
     * @param local a directory for their local files
     */
    Workload(
            ProcessCluster cluster,
            String name,
            int count,
            int historians,
            Path local,
            WorkMix mix,
            long seed,
            RunFigures runFigures)
            throws IOException {
        this.runFigures = runFigures;
        this.histories = new Histories(RemotePath.parse("/" + name + "-names"), runFigures);
        for (int number = 0; number < count; number++) {
            TrivetClient client = newClient(cluster);
            RemotePath directory = RemotePath.parse("/" + name + "-w" + number);
            Path own = local.resolve(directory.name());
            Worker worker = new Worker(client, newClient(cluster), directory, own, mix, seed * 31 + number, runFigures);
            worker.begin();
            workers.add(worker);
        }
        try (TrivetClient client = cluster.client()) {
            histories.begin(client);
        }
        workers.forEach(worker -> start(worker.directory().name(), worker));
        for (int number = 0; number < historians; number++) {
            Labour historian = histories.new Client(number, newClient(cluster), seed * 37 + number);
            start(name + "-h" + number, historian);
        }
    }

    private TrivetClient newClient(ProcessCluster cluster) {
        TrivetClient client = cluster.client();
        clients.add(client);
        return client;
    }

    /** What one thread repeats. */
    @FunctionalInterface
    interface Labour {
        void step() throws IOException;
    }

    private void start(String name, Labour labour) {
        threads.add(Thread.ofPlatform().daemon().name("worker-" + name).start(() -> work(name, labour)));
    }

    private void work(String name, Labour labour) {
        try {
            while (!ended) {
                gate.readLock().lock();
                try {
                    labour.step();
                } finally {
                    gate.readLock().unlock();
                }
            }
        } catch (IOException | RuntimeException e) {
            runFigures.violated(name + ": a client failed in a way that its contract does not know: " + e);
        }
    }

    /** Work to be done during a standstill. */
    interface Stillness {
        void use() throws IOException;
    }

    /** Only during a standstill. Begins new histories. */
    void check(Audit audit) {
        workers.forEach(worker -> audit.check(worker.directory(), worker.world()));
        histories.check();
        histories.begin(audit.client());
    }

    /** The expected tree of each worker, in order. Only during a standstill. */
    List<ExpectedTree> worlds() {
        return workers.stream().map(Worker::world).toList();
    }

    /** Sets the expected trees to earlier ones of {@link #worlds}. Only during a standstill. */
    void believe(List<ExpectedTree> worlds) {
        for (int number = 0; number < workers.size(); number++) {
            workers.get(number).believe(worlds.get(number));
        }
    }

    /** Waits until every worker has ended its operation, and lets them continue afterwards. */
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
