package io.trivet.cli.files;

import io.trivet.cli.progress.ProgressDisplay;
import io.trivet.cli.progress.ResultLine;
import io.trivet.cli.text.Format;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.client.LoadSummary;
import io.trivet.client.SaveSummary;
import io.trivet.model.RemotePath;
import java.nio.file.Path;

/**
 * What {@code save}, {@code load} and {@code sync} say of each file: what was done, what was left
 * out, and in a dry run what would be done. Any thread.
 */
final class TransferLines implements SaveTree.Listener, LoadTree.Listener, SaveTree.Plan, LoadTree.Plan {
    private final ProgressDisplay display;
    private final boolean json;
    private final boolean verbose;

    TransferLines(ProgressDisplay display, boolean json, boolean verbose) {
        this.display = display;
        this.json = json;
        this.verbose = verbose;
    }

    @Override
    public void saved(RemotePath target, SaveSummary summary) {
        done(ResultLine.json(target, summary), ResultLine.saved(target, summary));
    }

    @Override
    public void loaded(RemotePath source, LoadSummary summary, Path target) {
        done(ResultLine.json(source, summary, target.toString()), ResultLine.loaded(source, summary, 0, target));
    }

    @Override
    public void linked(RemotePath link, String target) {
        linked(link.toString(), target);
    }

    @Override
    public void linked(Path link, String target) {
        linked(link.toString(), target);
    }

    private void linked(String link, String target) {
        done(new Json().put("path", link).put("linkTarget", target), Text.of("made the link {0} -> {1}", link, target));
    }

    private synchronized void done(Json asJson, Text line) {
        if (json) {
            display.say(asJson);
        } else if (verbose) {
            display.say(line);
        }
    }

    @Override
    public synchronized void skipped(String file, Text why) {
        display.skipped(file, why);
        if (json) {
            display.say(new Json().put("path", file).put("skipped", why.toString()));
        }
    }

    @Override
    public void file(Path source, RemotePath target, long size) {
        file(source.toString(), target.toString(), size);
    }

    @Override
    public void file(RemotePath source, Path target, long size) {
        file(source.toString(), target.toString(), size);
    }

    /** A file of a dry run. */
    synchronized void file(String source, String target, long size) {
        display.say(
                json
                        ? planned(source, target).put("size", size).put("dryRun", true)
                        : Text.joined(source, " -> ", target, " (", Format.bytes(size), ")"));
    }

    /** A source of unknown length of a dry run. */
    synchronized void stream(String source, String target) {
        display.say(
                json
                        ? planned(source, target).put("size", null).put("dryRun", true)
                        : Text.of("{0} -> {1} (of unknown length)", source, target));
    }

    @Override
    public synchronized void link(String source, String target, String to) {
        display.say(
                json
                        ? planned(source, target).put("linkTarget", to).put("dryRun", true)
                        : Text.of("{0} -> {1} (a symbolic link to {2})", source, target, to));
    }

    private static Json planned(String source, String target) {
        return new Json().put("from", source).put("to", target);
    }
}
