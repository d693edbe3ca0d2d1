package io.trivet.bench.micro;

import io.trivet.bench.MachineDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs all JMH benchmarks for a short time each and writes a table: {@code MicroBenchmarks CHECKOUT
 * RESULT [PATTERN]}.
 */
public final class MicroBenchmarks {
    private static final int ROUNDS = 5;

    private MicroBenchmarks() {}

    public static void main(String[] arguments) throws IOException, RunnerException {
        Path checkout = Path.of(arguments[0]);
        Path result = Path.of(arguments[1]);
        String machine = new MachineDescription(checkout, checkout).described();
        String load = MachineDescription.load();
        OptionsBuilder options = new OptionsBuilder();
        options.include(arguments.length > 2 ? arguments[2] : "Benchmark\\.")
                .forks(1)
                .warmupIterations(ROUNDS)
                .warmupTime(TimeValue.milliseconds(300))
                .measurementIterations(ROUNDS)
                .measurementTime(TimeValue.milliseconds(500));
        Collection<RunResult> runs = new Runner(options.build()).run();
        String text = machine + " Load average " + load + " at the start.\n\n"
                + "JMH, one process for each line, " + ROUNDS + " rounds of 0.5 s after " + ROUNDS + " of 0.3 s.\n\n"
                + table(runs);
        Files.writeString(result, text);
        System.out.print(text);
    }

    private static String table(Collection<RunResult> runs) {
        StringBuilder table =
                new StringBuilder("| | mean | error (99.9 %) | least to most | |\n|---|---|---|---|---|\n");
        for (RunResult run : runs) {
            Result<?> score = run.getPrimaryResult();
            String name = run.getParams().getBenchmark();
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | %.3f | %.3f | %.3f to %.3f | %s |%n",
                    name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1),
                    score.getScore(),
                    score.getScoreError(),
                    score.getStatistics().getMin(),
                    score.getStatistics().getMax(),
                    score.getScoreUnit()));
        }
        return table.toString();
    }
}
