package io.trivet.cli.files;

import io.trivet.cli.progress.ParallelTransfers;
import io.trivet.cli.progress.TransferTotals;
import io.trivet.cli.remote.FileSelection;
import io.trivet.cli.text.ChangedMeanwhile;
import io.trivet.client.TrivetClient;
import io.trivet.gateway.key.ObjectKey;
import io.trivet.model.Condition;
import io.trivet.model.FileRecord;
import io.trivet.model.NameEntry;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import java.util.function.Consumer;

/**
 * Removes files of the cluster that a local directory has not. Each is removed only if it still has
 * the content that was listed; it goes into the trash.
 */
final class RemoteRemovals extends Removals<RemotePath> implements SaveTree.Leftovers {
    private final TrivetClient client;

    RemoteRemovals(
            TrivetClient client,
            FileSelection fileSelection,
            ParallelTransfers parallelTransfers,
            TransferTotals transferTotals,
            boolean dryRun,
            Consumer<String> listener) {
        super(fileSelection, parallelTransfers, transferTotals, dryRun, listener);
        this.client = client;
    }

    @Override
    public void entry(RemotePath path, String below, NameEntry nameEntry) {
        if (nameEntry.name().equals(ObjectKey.RESERVED)) {
            return; // a gateway keeps unfinished uploads there
        }
        switch (nameEntry) {
            case NameEntry.Recorded file -> {
                if (fileSelection.takesFile(below)) {
                    file(path.toString(), () -> isRemoved(path, file.record()));
                }
            }
            case NameEntry.Directory _ -> {
                if (fileSelection.takesDirectory(below)) {
                    directory(path);
                    entries(path, below);
                }
            }
        }
    }

    private void entries(RemotePath directory, String below) {
        try {
            for (NameEntry nameEntry : client.list(directory)) {
                entry(directory.resolve(nameEntry.name()), below + "/" + nameEntry.name(), nameEntry);
            }
        } catch (TrivetException e) {
            if (e.kind() != Refusal.Kind.NO_SUCH_FILE) {
                parallelTransfers.fail(directory.toString(), e);
            }
        }
    }

    private boolean isRemoved(RemotePath path, FileRecord record) {
        try {
            client.onlyIf(Condition.unchanged(path, record.id())).remove(path, false, false);
            return true;
        } catch (TrivetException e) {
            if (isGone(path, e)) {
                return false;
            }
            if (e.kind() == Refusal.Kind.CONDITION_FAILED) {
                throw new ChangedMeanwhile(path);
            }
            throw e;
        }
    }

    private boolean isGone(RemotePath path, TrivetException refused) {
        if (refused.kind() != Refusal.Kind.CONDITION_FAILED) {
            return refused.kind() == Refusal.Kind.NO_SUCH_FILE;
        }
        try {
            client.stat(path);
            return false;
        } catch (TrivetException e) {
            return e.kind() == Refusal.Kind.NO_SUCH_FILE;
        }
    }

    @Override
    boolean isRemoved(RemotePath directory) {
        try {
            client.onlyIf(Condition.directory(directory)).remove(directory, false, false);
            return true;
        } catch (TrivetException e) {
            return switch (e.kind()) {
                case NOT_EMPTY, NO_SUCH_FILE, CONDITION_FAILED -> false;
                default -> throw e;
            };
        }
    }
}
