package io.trivet.bench;

import java.util.List;

/** Something that is measured of every contender, and gives some lines of the table. */
interface Measurement {
    List<TableLine> measure(ContenderRounds contenderRounds) throws Exception;

    /**
     * All that need nothing but a cluster that serves, in the order in which they are measured:
     * what one saves, a later one may load.
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
