package io.trivet.cli;

import io.trivet.model.Debt;
import io.trivet.model.MissingChunk;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** What is owed, in words: {@code 0 replicas owed: checked, as of 2026-11-22T23:50:01Z}. */
record DebtReport(Debt debt) {
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add((debt.checked() ? "" : "at least ") + Wording.count(debt.owed(), "replica") + " owed" + details()
                + ": " + certainty());
        if (debt.missing() > 0) {
            lines.add(Wording.count(debt.missing(), "chunk")
                    + " on no node: remove the files, save them again, or bring back the node or disk that had them");
            debt.named()
                    .forEach(missing ->
                            lines.add("  " + Wording.visible(missing.path().toString()) + " part "
                                    + missing.chunk().number() + " (" + missing.chunk() + ")"));
            if (debt.missing() > debt.named().size()) {
                lines.add("  and " + (debt.missing() - debt.named().size()) + " more");
            }
        }
        if (debt.surplus() > 0) {
            lines.add(Wording.count(debt.surplus(), "replica") + " held for other nodes, still to be handed back");
        }
        if (debt.conflicts() > 0) {
            lines.add(Wording.count(debt.conflicts(), "chunk")
                    + " with different bytes on different nodes: the nodes' logs say which (conflict)");
        }
        return lines;
    }

    Json json() {
        return new Json()
                .put("owed", debt.owed())
                .put("oldestSeconds", debt.oldestSeconds())
                .put("bytes", debt.bytes())
                .put("bytesPerSecond", debt.bytesPerSecond())
                .put(
                        "etaSeconds",
                        debt.etaSeconds().isPresent() ? debt.etaSeconds().getAsLong() : null)
                .put("checked", debt.checked())
                .put("asOf", debt.asOf() == null ? null : debt.asOf().toString())
                .put("reason", debt.reason())
                .put("toHandBack", debt.surplus())
                .put("conflicts", debt.conflicts())
                .put("missing", debt.missing())
                .put(
                        "missingChunks",
                        debt.named().stream().map(DebtReport::json).toList());
    }

    private static Json json(MissingChunk missing) {
        return new Json()
                .put("path", missing.path().toString())
                .put("part", missing.chunk().number())
                .put("chunk", missing.chunk().toString());
    }

    private String details() {
        if (debt.owed() == 0) {
            return "";
        }
        String eta = debt.etaSeconds().isPresent()
                ? ", about "
                        + Wording.duration(Duration.ofSeconds(debt.etaSeconds().getAsLong())) + " to go"
                : "";
        return " (" + Wording.bytes(debt.bytes()) + ", the oldest for "
                + Wording.duration(Duration.ofSeconds(debt.oldestSeconds())) + eta + ")";
    }

    private String certainty() {
        Instant asOf = debt.asOf();
        if (debt.checked()) {
            return "checked, as of " + seconds(asOf == null ? Instant.EPOCH : asOf);
        }
        return (asOf == null ? "not checked yet" : "unchecked since " + seconds(asOf)) + ", " + debt.reason();
    }

    private static String seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
