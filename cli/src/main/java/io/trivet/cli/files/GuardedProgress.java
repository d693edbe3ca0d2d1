package io.trivet.cli.files;

import io.trivet.cli.text.ChangedMeanwhile;
import io.trivet.client.Progress;
import io.trivet.model.NodeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** The progress of a load that ends if its target was changed since it was looked at. */
record GuardedProgress(Progress progress, Path target, LocalState before) implements Progress {
    @Override
    public void placing() {
        try {
            if (!LocalState.of(target).equals(before)) {
                throw new ChangedMeanwhile(target);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        progress.placing();
    }

    @Override
    public void started(long totalBytes) {
        progress.started(totalBytes);
    }

    @Override
    public void moved(NodeId node, long bytes) {
        progress.moved(node, bytes);
    }

    @Override
    public void retried(NodeId node, String reason) {
        progress.retried(node, reason);
    }

    @Override
    public void resumable() {
        progress.resumable();
    }

    @Override
    public void unresumable() {
        progress.unresumable();
    }

    @Override
    public void resumed(int there, int count, long bytes) {
        progress.resumed(there, count, bytes);
    }
}
