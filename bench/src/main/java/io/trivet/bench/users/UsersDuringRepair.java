package io.trivet.bench.users;

import io.trivet.client.ClientOptions;
import io.trivet.client.Profile;
import io.trivet.client.Profiles;
import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.model.Address;
import io.trivet.model.Debt;
import io.trivet.model.RemotePath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Measures the throughput of one user who saves and loads one file after the other: on an idle
 * cluster, during a verification of everything, and during the repair after the loss of a node. The
 * machine is equally loaded in all three, so that the ratios are meaningful.
 *
 * <p>Arguments: a folder, the addresses of the nodes, the GiB stored in the cluster, the process of
 * the node to be lost. The cluster repairs after some seconds of silence.
 */
final class UsersDuringRepair {
    private static final int FILE_BYTES = 200 << 20;
    private static final Duration QUIET = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration LONGEST = Duration.ofMinutes(4);

    private final TrivetClient user;
    private final TrivetClient operator;
    private final Path source;
    private final Path target;
    private int saved;
    private volatile long mostOwed;

    private UsersDuringRepair(TrivetClient user, TrivetClient operator, Path work) {
        this.user = user;
        this.operator = operator;
        this.source = work.resolve("source");
        this.target = work.resolve("target");
    }

    public static void main(String[] args) throws Exception {
        Profile profile = Profile.read(Path.of(System.getenv(Profiles.ENVIRONMENT)));
        ClientOptions options =
                ClientOptions.of(seeds(args[1]), profile.trustSettings()).as(profile.account());
        try (TrivetClient user = TrivetClient.connect(options);
                TrivetClient operator = TrivetClient.connect(options)) {
            ProcessHandle lost = ProcessHandle.of(Long.parseLong(args[3])).orElseThrow();
            new UsersDuringRepair(user, operator, Path.of(args[0])).run(Integer.parseInt(args[2]), lost);
        }
    }

    private void run(int gibibytes, ProcessHandle lost) throws Exception {
        byte[] content = new byte[FILE_BYTES];
        new Random(FILE_BYTES).nextBytes(content);
        Files.write(source, content);
        int files = Math.toIntExact(((long) gibibytes << 30) / FILE_BYTES);
        for (int i = 0; i < files; i++) {
            user.save(source, RemotePath.parse("/kept/" + i), Progress.NONE);
        }
        measure("warming up", after(QUIET));
        double quiet = measure("alone", after(QUIET));
        double verifying = measure("beside a `verify` of everything", verifyAll(files));
        double alone = measure("alone again", after(QUIET));
        lost.destroyForcibly();
        awaitDebt();
        long from = System.nanoTime();
        double repairing = measure("beside a repair", () -> {
            Debt now = operator.cluster().debt();
            mostOwed = Math.max(mostOwed, now.bytes());
            return now.owed() == 0 && now.checked();
        });
        System.out.printf(
                "%n%.1f GiB were owed at most, and none after %.0f s.%nBeside verify: %.0f %% of the rate before;"
                        + " beside repair: %.0f %% of the rate before.%n",
                mostOwed / (double) (1 << 30),
                (System.nanoTime() - from) / 1e9,
                100 * verifying / quiet,
                100 * repairing / alone);
    }

    private interface Ended {
        boolean now() throws Exception;
    }

    private static Ended after(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        return () -> System.nanoTime() - end >= 0;
    }

    /** Verifies all files on all nodes repeatedly, while the user is measured. */
    private Ended verifyAll(int files) {
        long least = System.nanoTime() + QUIET.toNanos();
        ExecutorService verifier = Executors.newSingleThreadExecutor();
        Future<?> all = verifier.submit(() -> {
            for (int i = 0; System.nanoTime() - least < 0; i = (i + 1) % files) {
                operator.replicas().verify(RemotePath.parse("/kept/" + i));
            }
            return null;
        });
        verifier.shutdown();
        return all::isDone;
    }

    private void awaitDebt() throws InterruptedException {
        for (long end = System.nanoTime() + LONGEST.toNanos();
                operator.cluster().debt().owed() == 0;
                Thread.sleep(POLL)) {
            if (System.nanoTime() - end >= 0) {
                throw new IllegalStateException("the lost node was not given up");
            }
        }
    }

    /** The user's MiB/s until then, saves and loads together. */
    private double measure(String name, Ended ended) throws Exception {
        long bytes = 0;
        long begin = System.nanoTime();
        for (Future<Boolean> over = watch(ended); !over.isDone(); bytes += 2L * FILE_BYTES) {
            RemotePath path = RemotePath.parse("/user/" + saved++);
            user.save(source, path, Progress.NONE);
            user.load(path, target, Progress.NONE);
            user.remove(path, false, true);
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        double rate = bytes / (double) (1 << 20) / seconds;
        System.out.printf("| %s | %.0f MiB/s | %.0f s |%n", name, rate, seconds);
        return rate;
    }

    private static Future<Boolean> watch(Ended ended) {
        ExecutorService watcher = Executors.newSingleThreadExecutor();
        Future<Boolean> over = watcher.submit(() -> {
            for (long end = System.nanoTime() + LONGEST.toNanos(); !ended.now(); Thread.sleep(POLL)) {
                if (System.nanoTime() - end >= 0) {
                    throw new IllegalStateException("it does not end");
                }
            }
            return true;
        });
        watcher.shutdown();
        return over;
    }

    private static List<Address> seeds(String text) {
        return Arrays.stream(text.split(",", -1)).map(Address::parse).toList();
    }
}
