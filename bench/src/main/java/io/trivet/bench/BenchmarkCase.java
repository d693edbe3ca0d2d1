package io.trivet.bench;

import java.util.List;

/** Something that is measured of every contender, and gives some lines of the table. */
interface BenchmarkCase {
    List<TableLine> measure(ContenderRounds contenderRounds) throws Exception;

    /**
     * All rows that need only a running cluster, in the order of benchmarkCase: later rows may load
     * what earlier ones saved.
     */
    static List<BenchmarkCase> all() {
        return List.of(
                new LargeSave(),
                new LargeLoad(),
                new CommandSave(),
                new FirstFiles(),
                new SmallFiles(1),
                new SmallFiles(8),
                new ResidentMemory());
    }
}
