package io.trivet.cli.files;

import io.trivet.cli.progress.ParallelTransfers;
import io.trivet.cli.progress.TransferTotals;
import io.trivet.cli.remote.FileSelection;
import io.trivet.cli.text.ChangedMeanwhile;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Deletes local files that a directory of the cluster has not. A file is deleted only if it still
 * is what was found. A link is deleted itself and never followed; what is neither file, link nor
 * directory stays.
 */
final class LocalRemovals extends Removals<Path> implements LoadTree.Leftovers {
    LocalRemovals(
            FileSelection fileSelection,
            ParallelTransfers parallelTransfers,
            TransferTotals transferTotals,
            boolean dryRun,
            Consumer<String> listener) {
        super(fileSelection, parallelTransfers, transferTotals, dryRun, listener);
    }

    @Override
    public void entry(Path path, String below) {
        if (isTemporary(String.valueOf(path.getFileName()))) {
            return;
        }
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            if (fileSelection.takesDirectory(below)) {
                directory(path);
                entries(path, below);
            }
        } else if (isDeletable(path) && fileSelection.takesFile(below)) {
            LocalState found;
            try {
                found = LocalState.of(path);
            } catch (IOException e) {
                parallelTransfers.fail(path.toString(), e);
                return;
            }
            file(path.toString(), () -> isDeleted(path, found));
        }
    }

    /** A load that is under way, or can be resumed. */
    private static boolean isTemporary(String name) {
        return name.startsWith(".trivet-load-") && name.endsWith("~");
    }

    private static boolean isDeletable(Path path) {
        return Files.isSymbolicLink(path) || Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
    }

    private void entries(Path directory, String below) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                entry(entry, below + "/" + entry.getFileName());
            }
        } catch (IOException | DirectoryIteratorException e) {
            parallelTransfers.fail(directory.toString(), e);
        }
    }

    private static boolean isDeleted(Path path, LocalState found) throws IOException {
        LocalState now = LocalState.of(path);
        if (now.equals(LocalState.ABSENT)) {
            return false;
        }
        if (!now.equals(found)) {
            throw new ChangedMeanwhile(path);
        }
        return Files.deleteIfExists(path);
    }

    @Override
    boolean isRemoved(Path directory) throws IOException {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return false; // something else has the name by now
        }
        try {
            Files.delete(directory);
            return true;
        } catch (DirectoryNotEmptyException | NoSuchFileException _) {
            return false;
        }
    }
}
