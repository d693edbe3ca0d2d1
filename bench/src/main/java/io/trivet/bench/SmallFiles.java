package io.trivet.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Up to 1,000 files of 16 KiB, saved and then loaded by a client that stays. Beside it the disk holds one copy of each, fsynced each. */
record SmallFiles(int threads) implements Row {
    /** In this time a slow contender does what it can. */
    private static final Duration LIMIT = Duration.ofSeconds(8);

    /** The files of this round are loaded: there is always one after the first. */
    private static final int LOADED = 1;

    @Override
    public List<Line> measure(Trial trial) throws Exception {
        List<Integer> done = new ArrayList<>();
        Trial.Comparison saved = trial.compare((_, folder) -> copies(trial, folder, true), (round, _) -> {
            done.add(trial.cluster().save(batch(trial.sources().small(), round)));
            return done.getLast();
        });
        trial.check(trial.sources().small(), name(LOADED));
        Trial.Comparison loaded = trial.compare(
                (_, folder) -> copies(trial, folder, false),
                (_, folder) -> trial.cluster().load(new Batch(folder, name(LOADED), done.get(LOADED), threads, LIMIT)));
        String how = " 16 KiB files, " + (threads == 1 ? "1 thread" : threads + " threads");
        return List.of(
                rate("save" + how, saved), cpu("save" + how + ", processor time", saved),
                rate("load" + how, loaded), cpu("load" + how + ", processor time", loaded));
    }

    private int copies(Trial trial, Path folder, boolean durable) throws Exception {
        return batch(trial.sources().small(), 0)
                .each(number ->
                        LocalDisk.copy(trial.sources().small(), folder.resolve(Integer.toString(number)), durable));
    }

    private Batch batch(Path source, int round) {
        return new Batch(source, name(round), Sources.SMALL_FILES, threads, LIMIT);
    }

    private String name(int round) {
        return "small" + threads + "-" + round;
    }

    private static Line rate(String what, Trial.Comparison both) {
        return Line.of(
                what,
                Line.Unit.FILES_PER_SECOND,
                both.cluster().rate(),
                both.disk().rate());
    }

    private static Line cpu(String what, Trial.Comparison both) {
        return Line.of(
                what,
                Line.Unit.CPU_MS_PER_FILE,
                both.cluster().cpuMsPerFile(),
                both.disk().cpuMsPerFile());
    }
}
