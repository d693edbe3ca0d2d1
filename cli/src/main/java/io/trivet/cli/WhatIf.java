package io.trivet.cli;

import io.trivet.model.ClusterView;
import io.trivet.model.Entry;
import io.trivet.model.FileRecord;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.placement.Loss;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SortedSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** What would be lost with some nodes, counted over all files of a cluster: a list of the files, then the verdict. */
final class WhatIf {
    private final ClusterView view;
    private final SortedSet<NodeId> gone;
    private final Consumer<String> out;
    private final Loss loss;
    private final List<Json> unreachable = new ArrayList<>();
    private long files;
    private long bytes;
    private long lostFiles;
    private long lostBytes;
    private long bytesInLostFiles;

    /** {@code out} hears a line for each file that would be lost. */
    WhatIf(ClusterView view, SortedSet<NodeId> gone, Consumer<String> out) {
        this.view = view;
        this.gone = gone;
        this.out = out;
        this.loss = new Loss(view.layout(), gone);
    }

    /** Looks at every file below a directory. */
    void walk(Remote remote, RemotePath top) {
        Deque<RemotePath> open = new ArrayDeque<>();
        open.push(top);
        while (!open.isEmpty()) {
            RemotePath directory = open.pop();
            for (Entry entry : remote.list(directory)) {
                RemotePath path = directory.resolve(entry.name());
                switch (entry) {
                    case Entry.File file -> look(path, file.record());
                    case Entry.Directory _ -> open.push(path);
                }
            }
        }
    }

    List<String> closing() {
        List<String> lines = new ArrayList<>();
        lines.add("without " + names() + ": " + lostFiles + " of " + Wording.count(files, "file")
                + " could not be loaded (" + Wording.bytes(bytesInLostFiles) + ", of which " + Wording.bytes(lostBytes)
                + " would be on no node)");
        lines.add(
                mastersLeft() + " of " + Wording.count(view.masters().size(), "master") + " left: "
                        + (quorumSurvives()
                                ? "the quorum survives"
                                : "no quorum: nothing could be listed, loaded or saved, whatever the nodes that are left hold"));
        lines.add("computed from records and layout " + view.layout().version() + " ("
                + Wording.count(view.layout().replicas(), "replica") + "); no node was asked what it holds");
        if (view.layouts().size() > 1) {
            lines.add(
                    "data is still moving to that layout: until it is there, some chunks are where an earlier one says");
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
        Loss.OfFile lost = loss.of(record);
        if (lost.chunks() == 0) {
            return;
        }
        lostFiles++;
        lostBytes += lost.bytes();
        bytesInLostFiles += record.size();
        out.accept(Wording.visible(path.toString()) + ": " + lost.chunks() + " of "
                + Wording.count(record.chunkCount(), "chunk") + " lost, " + Wording.bytes(lost.bytes()) + " of "
                + Wording.bytes(record.size()));
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

    private String names() {
        return gone.stream().map(NodeId::toString).collect(Collectors.joining(", "));
    }
}
