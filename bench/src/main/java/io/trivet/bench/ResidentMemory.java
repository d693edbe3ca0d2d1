package io.trivet.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The servers' resident memory after all rows; the median of those with the same role. */
final class ResidentMemory implements Row {
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
