package io.trivet.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the servers have in memory after all that was asked of them; of several with one role, the
 * one in the middle.
 */
final class ResidentMemory implements BenchmarkCase {
    @Override
    public List<TableLine> measure(ContenderRounds contenderRounds) throws IOException {
        Map<String, List<Double>> roles = new LinkedHashMap<>();
        for (Cluster.Server server : contenderRounds.cluster().servers()) {
            roles.computeIfAbsent(server.role(), _ -> new ArrayList<>())
                    .add(Processes.residentMebibytes(server.process()));
        }
        return roles.entrySet().stream()
                .map(role -> TableLine.of(
                        "resident memory: " + role.getKey(),
                        TableLine.Unit.MEBIBYTES,
                        Figure.of(new Series(role.getValue()))))
                .toList();
    }
}
