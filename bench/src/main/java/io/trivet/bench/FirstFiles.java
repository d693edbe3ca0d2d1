package io.trivet.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The first small files of a cluster, and enough after them that later rows measure a cluster that
 * has been in use: servers that compile their code at run time are slow for about ten thousand
 * files. Every contender gets the same time.
 */
final class FirstFiles implements BenchmarkCase {
    private static final int THREADS = 8;
    private static final Duration SAVING = Duration.ofSeconds(90);
    private static final Duration LOADING = Duration.ofSeconds(15);
    private static final Duration ROUND = Duration.ofSeconds(8);

    @Override
    public List<TableLine> measure(ContenderRounds contenderRounds) throws Exception {
        List<TimedRuns.Run> saved = new ArrayList<>();
        for (long begin = System.nanoTime(); isWithin(SAVING, begin); ) {
            saved.add(contenderRounds.inCluster(
                    saved.size(),
                    (round, _) -> contenderRounds
                            .cluster()
                            .save(new Batch(
                                    contenderRounds.sources().small(),
                                    "first" + round,
                                    Sources.SMALL_FILES,
                                    THREADS,
                                    ROUND))));
        }
        TimedRuns.Run first = saved.getFirst();
        for (long begin = System.nanoTime(); isWithin(LOADING, begin); ) {
            contenderRounds.inCluster(
                    0,
                    (_, folder) ->
                            contenderRounds.cluster().load(new Batch(folder, "first0", first.files(), THREADS, ROUND)));
        }
        int files = saved.stream().mapToInt(TimedRuns.Run::files).sum();
        return List.of(
                TableLine.of(
                        "save the first 1,000 files of 16 KiB of a cluster, 8 threads",
                        TableLine.Unit.FILES_PER_SECOND,
                        figure(first.files() / first.seconds())),
                TableLine.of(
                        "files of 16 KiB that it saved until it counted as warm", TableLine.Unit.FILES, figure(files)));
    }

    private static boolean isWithin(Duration limit, long begin) {
        return System.nanoTime() - begin < limit.toNanos();
    }

    private static Figure figure(double value) {
        return Figure.of(new Series(List.of(value)));
    }
}
