package io.trivet.cli.status;

import io.trivet.cli.text.Format;
import io.trivet.cli.text.Json;
import io.trivet.cli.text.Text;
import io.trivet.client.TrivetClient;
import io.trivet.model.ClusterView;
import io.trivet.model.FileRecord;
import io.trivet.model.NameEntry;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.placement.LossForecast;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SortedSet;
import java.util.function.Consumer;

/**
 * What would be lost with some nodes, counted over all files of a cluster: a list of the files,
 * then the verdict.
 */
final class WhatIf {
    private final ClusterView view;
    private final SortedSet<NodeId> gone;
    private final Consumer<Text> out;
    private final LossForecast lossForecast;
    private final List<Json> unreachable = new ArrayList<>();
    private long files;
    private long bytes;
    private long lostFiles;
    private long lostBytes;
    private long bytesInLostFiles;

    /** {@code out} receives a line for each file that would be lost. */
    WhatIf(ClusterView view, SortedSet<NodeId> gone, Consumer<Text> out) {
        this.view = view;
        this.gone = gone;
        this.out = out;
        this.lossForecast = new LossForecast(view.layout(), gone);
    }

    /** Checks every file below a directory. */
    void walk(TrivetClient client, RemotePath top) {
        Deque<RemotePath> open = new ArrayDeque<>();
        open.push(top);
        while (!open.isEmpty()) {
            RemotePath directory = open.pop();
            for (NameEntry nameEntry : client.list(directory)) {
                RemotePath path = directory.resolve(nameEntry.name());
                switch (nameEntry) {
                    case NameEntry.File file -> look(path, file.record());
                    case NameEntry.Link _ -> {}
                    case NameEntry.Directory _ -> open.push(path);
                }
            }
        }
    }

    List<Text> closing() {
        List<Text> lines = new ArrayList<>();
        lines.add(Text.of(
                "without {0}: {1} of {2} could not be loaded ({3}, of which {4} would be on no node)",
                Text.list(gone),
                lostFiles,
                Text.count(files, "file"),
                Format.bytes(bytesInLostFiles),
                Format.bytes(lostBytes)));
        lines.add(
                Text.of(
                        "{0} of {1} left: {2}",
                        mastersLeft(),
                        Text.count(view.masters().size(), "master"),
                        quorumSurvives()
                                ? Text.of("the quorum survives")
                                : Text.of(
                                        "no quorum: nothing could be listed, loaded or saved, whatever the nodes that are left hold")));
        lines.add(Text.of(
                "computed from records and layout {0} ({1}); no node was asked what it holds",
                Format.layout(view.layout().version()), Text.count(view.layout().replicas(), "replica")));
        if (view.layouts().size() > 1) {
            lines.add(Text.of(
                    "data is still moving to this layout: some chunks are still where the previous layout puts them"));
        }
        return lines;
    }

    Json json() {
        return new Json()
                .put("lose", gone.stream().map(NodeId::toString).toList())
                .put("layoutVersion", view.layout().version())
                .put("replicas", view.layout().replicas())
                .put("files", files)
                .put("bytes", bytes)
                .put("filesUnreachable", lostFiles)
                .put("bytesInThoseFiles", bytesInLostFiles)
                .put("bytesUnreachable", lostBytes)
                .put("masters", view.masters().size())
                .put("mastersLeft", mastersLeft())
                .put("quorumSurvives", quorumSurvives())
                .put("computedFromLayoutOnly", true)
                .put("unreachable", unreachable);
    }

    private void look(RemotePath path, FileRecord record) {
        files++;
        bytes += record.size();
        LossForecast.OfFile lost = lossForecast.of(record);
        if (lost.chunks() == 0) {
            return;
        }
        lostFiles++;
        lostBytes += lost.bytes();
        bytesInLostFiles += record.size();
        out.accept(Text.of(
                "{0}: {1} of {2} lost, {3} of {4}",
                path,
                lost.chunks(),
                Text.count(record.chunkCount(), "chunk"),
                Format.bytes(lost.bytes()),
                Format.bytes(record.size())));
        unreachable.add(new Json()
                .put("path", path.toString())
                .put("size", record.size())
                .put("chunks", record.chunkCount())
                .put("lostChunks", lost.chunks())
                .put("lostBytes", lost.bytes()));
    }

    private long mastersLeft() {
        return view.masters().stream()
                .filter(master -> !gone.contains(master.id()))
                .count();
    }

    private boolean quorumSurvives() {
        return mastersLeft() * 2 > view.masters().size();
    }
}
