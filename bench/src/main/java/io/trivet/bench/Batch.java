package io.trivet.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Files to save or load in one run.
 *
 * @param local the file to save, again and again; or the directory into which files are loaded
 * @param name of the files in the cluster, followed by a number
 * @param files the number of files
 * @param threads how many at once
 * @param limit none is begun later than this, so that a slow contender does fewer
 */
record Batch(Path local, String name, int files, int threads, Duration limit) {
    private static final Duration ENOUGH = Duration.ofMinutes(2);

    /** One file of that name. */
    static Batch one(Path local, String name) {
        return new Batch(local, name, 1, 1, ENOUGH);
    }

    /** Work on one file of the batch. */
    interface Task {
        void run(int number) throws Exception;
    }

    String name(int number) {
        return name + "-" + number;
    }

    Path into(int number) {
        return local.resolve(Integer.toString(number));
    }

    /**
     * Runs the task for one file after another, in {@link #threads} threads; returns the number of
     * files, which are numbered from 0. Throws the first failure.
     */
    int each(Task task) throws Exception {
        AtomicInteger next = new AtomicInteger();
        long begin = System.nanoTime();
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<Integer>> workers = new ArrayList<>();
            for (int worker = 0; worker < threads; worker++) {
                workers.add(pool.submit(() -> work(task, next, begin)));
            }
            int done = 0;
            for (Future<Integer> worker : workers) {
                done += worker.get();
            }
            return done;
        }
    }

    private int work(Task task, AtomicInteger next, long begin) throws Exception {
        int done = 0;
        while (System.nanoTime() - begin < limit.toNanos()) {
            int number = next.getAndIncrement();
            if (number >= files) {
                break;
            }
            task.run(number);
            done++;
        }
        return done;
    }
}
