package io.trivet.cli.status;

import io.trivet.cli.text.Format;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.model.Debt;
import io.trivet.model.MissingChunk;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The debt in words: {@code 0 replicas owed: checked, as of 2026-11-22T23:50:01Z}. */
public record DebtReport(Debt debt) {
    public List<Text> lines() {
        List<Text> lines = new ArrayList<>();
        lines.add(headline());
        if (debt.missing() > 0) {
            lines.add(Text.of(
                    "{0} lost, on no node: bring back the node or disk that had them, or save these files again, or remove them",
                    Text.count(debt.missing(), "chunk")));
            debt.named()
                    .forEach(missing -> lines.add(Text.of(
                            "  {0}, chunk {1}", missing.path(), missing.chunk().number())));
            if (debt.missing() > debt.named().size()) {
                lines.add(
                        Text.of("  and {0} more", debt.missing() - debt.named().size()));
            }
        }
        if (debt.surplus() > 0) {
            lines.add(Text.of(
                    "{0} held for other nodes, still to be handed back", Text.count(debt.surplus(), "replica")));
        }
        if (debt.conflicts() > 0) {
            lines.add(Text.of(
                    "{0} with different content on different nodes: search the nodes' logs for \"conflict\"",
                    Text.count(debt.conflicts(), "chunk")));
        }
        return lines;
    }

    /** Whether nothing is owed, and that was checked. */
    boolean isClear() {
        return debt.checked() && debt.owed() == 0 && debt.missing() == 0 && debt.conflicts() == 0;
    }

    private Text headline() {
        Text replicas = Text.count(debt.owed(), "replica");
        Text owed = debt.checked() ? Text.of("{0} owed", replicas) : Text.of("at least {0} owed", replicas);
        return debt.owed() == 0
                ? Text.of("{0}: {1}", owed, certainty())
                : Text.of("{0} ({1}): {2}", owed, details(), certainty());
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

    private Text details() {
        Text known = Text.of("{0}, the oldest for {1}", Format.bytes(debt.bytes()), seconds(debt.oldestSeconds()));
        return debt.etaSeconds().isPresent()
                ? Text.of(
                        "{0}, about {1} to go", known, seconds(debt.etaSeconds().getAsLong()))
                : known;
    }

    /** Counted in whole seconds, so shown without fractions. */
    static Object seconds(long seconds) {
        if (seconds < 1) {
            return Text.of("less than a second");
        }
        return seconds < 60 ? seconds + " s" : Format.duration(Duration.ofSeconds(seconds));
    }

    private Text certainty() {
        Instant asOf = debt.asOf();
        if (debt.checked()) {
            return Text.of("checked, as of {0}", checkedAsOf());
        }
        return Text.list(List.of(
                asOf == null ? Text.of("not checked yet") : Text.of("unchecked since {0}", seconds(asOf)),
                Text.told(debt.reason())));
    }

    /** Of a debt that is checked: when the oldest comparison that it rests on began. */
    String checkedAsOf() {
        return seconds(Objects.requireNonNull(debt.asOf()));
    }

    private static String seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
