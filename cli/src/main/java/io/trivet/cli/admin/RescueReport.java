package io.trivet.cli.admin;

import io.trivet.cli.progress.ProgressDisplay;
import io.trivet.cli.terminal.Console;
import io.trivet.cli.text.Format;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.model.Checksums;
import io.trivet.rescue.ChunkNumberRanges;
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
 * The output of a rescue while it runs: a line for each file on standard output, problems with
 * replicas on standard error, and a summary at the end.
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
            display.complain(Text.of("found {0}, still searching", Text.count(replicas, "replica")));
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
            display.complain(Text.told(what));
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

    /** Prints the summary. */
    void close(RescueSummary summary, Optional<Instant> namesAsOf, int disks, Path target, Duration duration) {
        if (json) {
            console.say(json(summary)
                    .put("namesAsOf", namesAsOf.map(Instant::toString).orElse(null))
                    .put("results", results));
            return;
        }
        console.say(closing(summary, disks, target, duration));
        if (namesAsOf.isPresent()) {
            console.say(Text.of(
                    "names are those of {0}, from the newest copy of the namespace on these disks", namesAsOf.get()));
        } else if (summary.whole() > 0) {
            console.say(
                    Text.of(
                            "no copy of the namespace was read: files that were renamed, removed or never committed may be among them"));
        }
    }

    private static Text closing(RescueSummary summary, int disks, Path target, Duration duration) {
        List<Text> clauses = new ArrayList<>();
        clauses.add(Text.of(
                "rescued {0} of {1}, {2}, from {3} into {4} in {5}",
                summary.whole(),
                Text.count(summary.files(), "file"),
                Format.bytes(summary.bytes()),
                Text.count(disks, "disk"),
                target,
                Format.duration(duration)));
        addUnlessNone(clauses, summary.incomplete(), Text.of("{0} incomplete", summary.incomplete()));
        addUnlessNone(clauses, summary.conflicts(), Text.of("{0} in conflict", summary.conflicts()));
        addUnlessNone(clauses, summary.notWritten(), Text.of("{0} not written", summary.notWritten()));
        addUnlessNone(clauses, summary.gone(), Text.of("{0} gone before", summary.gone()));
        addUnlessNone(clauses, summary.badReplicas(), Text.count(summary.badReplicas(), "bad replica"));
        addUnlessNone(
                clauses,
                summary.unreadDirectories(),
                Text.of("directories that could not be read: {0}", summary.unreadDirectories()));
        return Text.clauses(clauses);
    }

    private static void addUnlessNone(List<Text> clauses, long count, Text clause) {
        if (count > 0) {
            clauses.add(clause);
        }
    }

    static Text line(RescuedFile file) {
        Object path = file.path().isEmpty() ? Text.of("(path unknown)") : file.path();
        return switch (file.outcome()) {
            case Outcome.Whole whole when whole.note().isEmpty() -> line(Text.of("whole"), Text.joined(path));
            case Outcome.Whole whole ->
                line(Text.of("whole"), Text.of("{0} as {1}: {2}", path, whole.target(), Text.told(whole.note())));
            case Outcome.Linked link
            when link.note().isEmpty() -> line(Text.of("link"), Text.joined(path, " -> ", link.to()));
            case Outcome.Linked link ->
                line(Text.of("link"), Text.of("{0} as {1}: {2}", path, link.target(), Text.told(link.note())));
            case Outcome.Incomplete lacking -> line(Text.of("incomplete"), named(path, file, lack(lacking)));
            case Outcome.Conflict conflict ->
                line(Text.of("conflict"), named(path, file, Text.told(conflict.reason())));
            case Outcome.Gone _ ->
                line(Text.of("gone"), named(path, file, Text.of("removed, replaced or never committed")));
            case Outcome.NotWritten failed ->
                line(Text.of("not written"), named(path, file, Text.told(failed.reason())));
        };
    }

    private static Text line(Text status, Text what) {
        return Text.row("%-11s %s", status, what);
    }

    private static Text named(Object path, RescuedFile file, Text what) {
        return Text.of("{0} ({1}): {2}", path, file.id(), what);
    }

    private static Text lack(Outcome.Incomplete lacking) {
        List<Text> facts = new ArrayList<>();
        if (!lacking.missing().isEmpty()) {
            facts.add(Text.of("missing chunk {0}", lacking.missing()));
        }
        if (!lacking.bad().isEmpty()) {
            facts.add(Text.of("bad chunk {0}", lacking.bad()));
        }
        if (!lacking.endKnown()) {
            facts.add(Text.of("its end is missing"));
        }
        return Text.clauses(facts);
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
            case Outcome.Linked link ->
                json.put("status", "link")
                        .put("target", link.target())
                        .put("note", link.note())
                        .put("linkTarget", link.to());
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

    private static void numbers(Json json, String key, ChunkNumberRanges numbers) {
        json.put(key, numbers.first(MAX_NUMBERS)).put(key + "Count", numbers.count());
    }
}
