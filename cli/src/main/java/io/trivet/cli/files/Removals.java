package io.trivet.cli.files;

import io.trivet.cli.progress.ParallelTransfers;
import io.trivet.cli.progress.TransferTotals;
import io.trivet.cli.remote.FileSelection;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * Removes what a target has and its source has not: files while they are found, directories when
 * everything else is done, the innermost first. What the selection leaves out stays, and so does a
 * directory with something in it. Memory grows with the number of directories, not of files.
 *
 * @param <D> how a directory is named
 */
abstract class Removals<D> {
    final FileSelection fileSelection;
    final ParallelTransfers parallelTransfers;
    private final TransferTotals transferTotals;
    private final boolean dryRun;
    private final Consumer<String> listener;
    private final Deque<D> directories = new ArrayDeque<>();

    /** A removal; false if there is nothing to remove any more. */
    interface Removal {
        boolean isDone() throws Exception;
    }

    /** @param listener receives each removed name, from several threads; of a dry run each that would be */
    Removals(
            FileSelection fileSelection,
            ParallelTransfers parallelTransfers,
            TransferTotals transferTotals,
            boolean dryRun,
            Consumer<String> listener) {
        this.fileSelection = fileSelection;
        this.parallelTransfers = parallelTransfers;
        this.transferTotals = transferTotals;
        this.dryRun = dryRun;
        this.listener = listener;
    }

    /** Removes a file, or says that it would. */
    final void file(String name, Removal removal) {
        if (dryRun) {
            removed(name);
            return;
        }
        parallelTransfers.launch(name, () -> {
            if (removal.isDone()) {
                removed(name);
            }
        });
    }

    /** Remembers a directory for {@link #finish}; to be called before what is in it. */
    final void directory(D directory) {
        directories.push(directory);
    }

    /** Removes the directories that are empty now. */
    final void finish() {
        while (!dryRun && !directories.isEmpty() && !parallelTransfers.gaveUp()) {
            D directory = directories.pop();
            try {
                if (isRemoved(directory)) {
                    removed(directory.toString());
                }
            } catch (Exception e) {
                parallelTransfers.fail(directory.toString(), e);
            }
        }
    }

    /** Removes a directory; false if it is not empty, or gone. */
    abstract boolean isRemoved(D directory) throws Exception;

    private void removed(String name) {
        transferTotals.removed();
        listener.accept(name);
    }
}
