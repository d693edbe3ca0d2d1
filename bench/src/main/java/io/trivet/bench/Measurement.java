package io.trivet.bench;

import java.util.List;

/** Something that is measured of every contender, and gives some lines of the table. */
interface Measurement {
    List<TableLine> measure(ContenderRounds contenderRounds) throws Exception;

    /**
     * All rows that need only a running cluster, in the order of measurement: later rows may load
     * what earlier ones saved.
     */
    static List<Measurement> all() {
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
