package io.trivet.cli;

import io.trivet.model.Checksums;
import io.trivet.rescue.ChunkNumbers;
import io.trivet.rescue.RescueListener;
import io.trivet.rescue.RescueSummary;
import io.trivet.rescue.RescuedFile;
import io.trivet.rescue.RescuedFile.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a rescue tells, as it goes: a line for each file on standard output, troubles with replicas on standard error, and one line at the end.
 *
 * <pre>
 * whole       /data.csv
 * whole       /old.csv as old.csv~00000001-0000000000000007: several files were saved under this path: ...
 * incomplete  /big.bin (00000001-0000000000000009): missing chunk 3, 7-9; bad chunk 4
 * </pre>
 */
final class RescueReport implements RescueListener {
    private static final int MAX_NUMBERS = 1000;
    private static final int SURVEY_STEP = 10_000;

    private final Console console;
    private final boolean json;
    private final List<Json> results = new ArrayList<>();
    private @Nullable ProgressDisplay display;

    RescueReport(Console console, boolean json) {
        this.console = console;
        this.json = json;
    }

    void showOn(ProgressDisplay shown) {
        display = shown;
    }

    @Override
    public void surveyed(long replicas) {
        if (replicas % SURVEY_STEP == 0 && display != null) {
            display.warn("trivet: found " + Wording.count(replicas, "replica") + ", looking on");
        }
    }

    @Override
    public void began(long bytes) {
        if (display != null) {
            display.meter().expect(bytes);
        }
    }

    @Override
    public void passed(long bytes) {
        if (display != null) {
            display.meter().movedLocally(bytes);
        }
    }

    @Override
    public void trouble(String what) {
        if (display != null) {
            display.warn("trivet: " + Wording.visible(what));
        }
    }

    @Override
    public void file(RescuedFile file) {
        if (json) {
            results.add(json(file));
        } else if (display != null) {
            display.say(line(file));
        }
    }

    /** Says what is true now. */
    void close(RescueSummary summary, Optional<Instant> namesAsOf, int disks, Path target, Duration duration) {
        if (json) {
            console.say(json(summary)
                    .put("namesAsOf", namesAsOf.map(Instant::toString).orElse(null))
                    .put("results", results)
                    .toString());
            return;
        }
        console.say("rescued " + summary.whole() + " of " + Wording.count(summary.files(), "file") + ", "
                + Wording.bytes(summary.bytes()) + ", from " + Wording.count(disks, "disk") + " into "
                + Wording.visible(target.toString()) + " in " + Wording.duration(duration) + defects(summary));
        if (namesAsOf.isPresent()) {
            console.say(
                    "names are those of " + namesAsOf.get() + ", from the newest copy of the namespace on these disks");
        } else if (summary.whole() > 0) {
            console.say(
                    "no copy of the namespace was read: files that were renamed, removed or never committed may be among them");
        }
    }

    private static String defects(RescueSummary summary) {
        StringBuilder defects = new StringBuilder();
        append(defects, summary.incomplete(), " incomplete");
        append(defects, summary.conflicts(), " in conflict");
        append(defects, summary.notWritten(), " not written");
        append(defects, summary.gone(), " gone before");
        if (summary.badReplicas() > 0) {
            defects.append("; ").append(Wording.count(summary.badReplicas(), "bad replica"));
        }
        if (summary.unreadDirectories() > 0) {
            defects.append("; directories that could not be read: ").append(summary.unreadDirectories());
        }
        return defects.toString();
    }

    private static void append(StringBuilder text, long count, String what) {
        if (count > 0) {
            text.append("; ").append(count).append(what);
        }
    }

    static String line(RescuedFile file) {
        String path = file.path().isEmpty() ? "(path unknown)" : Wording.visible(file.path());
        String named = path + " (" + file.id() + "): ";
        return switch (file.outcome()) {
            case Outcome.Whole whole when whole.note().isEmpty() -> "whole       " + path;
            case Outcome.Whole whole ->
                "whole       " + path + " as " + Wording.visible(whole.target()) + ": " + whole.note();
            case Outcome.Incomplete lacking -> "incomplete  " + named + lack(lacking);
            case Outcome.Conflict conflict -> "conflict    " + named + conflict.reason();
            case Outcome.Gone _ -> "gone        " + named + "removed, replaced or never committed";
            case Outcome.NotWritten failed -> "not written " + named + Wording.visible(failed.reason());
        };
    }

    private static String lack(Outcome.Incomplete lacking) {
        List<String> facts = new ArrayList<>();
        if (!lacking.missing().isEmpty()) {
            facts.add("missing chunk " + lacking.missing());
        }
        if (!lacking.bad().isEmpty()) {
            facts.add("bad chunk " + lacking.bad());
        }
        if (!lacking.endKnown()) {
            facts.add("its end is missing");
        }
        return String.join("; ", facts);
    }

    private static Json json(RescueSummary summary) {
        return new Json()
                .put("files", summary.files())
                .put("whole", summary.whole())
                .put("incomplete", summary.incomplete())
                .put("conflict", summary.conflicts())
                .put("notWritten", summary.notWritten())
                .put("gone", summary.gone())
                .put("bytes", summary.bytes())
                .put("replicas", summary.replicas())
                .put("badReplicas", summary.badReplicas())
                .put("unreadDirectories", summary.unreadDirectories());
    }

    private static Json json(RescuedFile file) {
        Json json = new Json().put("id", file.id().toString()).put("path", file.path());
        return switch (file.outcome()) {
            case Outcome.Whole whole ->
                json.put("status", "whole")
                        .put("target", whole.target())
                        .put("note", whole.note())
                        .put("size", whole.size())
                        .put("crc32c", Checksums.text(whole.crc32c()));
            case Outcome.Incomplete lacking -> {
                numbers(json.put("status", "incomplete"), "missing", lacking.missing());
                numbers(json, "bad", lacking.bad());
                yield json.put("endKnown", lacking.endKnown());
            }
            case Outcome.Conflict conflict -> json.put("status", "conflict").put("reason", conflict.reason());
            case Outcome.Gone _ -> json.put("status", "gone");
            case Outcome.NotWritten failed -> json.put("status", "notWritten").put("reason", failed.reason());
        };
    }

    private static void numbers(Json json, String key, ChunkNumbers numbers) {
        json.put(key, numbers.first(MAX_NUMBERS)).put(key + "Count", numbers.count());
    }
}
