package io.trivet.rescue;

import io.trivet.chunk.ChunkFormat;
import io.trivet.chunk.DiskFiles;
import io.trivet.chunk.DiskPaths;
import io.trivet.chunk.RecordLocation;
import io.trivet.chunk.VolumeSurvey;
import io.trivet.model.ChunkId;
import io.trivet.model.Refusal;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads the trailer of every file under {@code chunks/} and of every record in {@code volumes/}. It
 * trusts trailers, not names of files, so it finds what a file system check restored under a number.
 * A disk that fails in part does not end the survey; what could not be read is reported. One thread.
 */
final class DiskSurvey {
    /**
     * Slot directories have one level; a person may have copied some into others. Links are not
     * followed, so this is not to stop cycles.
     */
    private static final int MAX_DEPTH = 8;

    private final DiskFiles files;
    private final RescueListener listener;
    private final FoundFiles foundFiles = new FoundFiles();
    private long unread;

    DiskSurvey(DiskFiles files, RescueListener listener) {
        this.files = files;
        this.listener = listener;
    }

    /**
     * Throws {@code NO_SUCH_FILE} for a disk without {@code chunks/}: it is not mounted, or not a
     * node's disk.
     */
    FoundFiles of(List<Path> disks) {
        for (Path disk : disks) {
            if (!Files.isDirectory(new DiskPaths(disk).chunks())) {
                throw TrivetException.of(
                        Refusal.Kind.NO_SUCH_FILE,
                        new DiskPaths(disk).chunks().toString(),
                        "name directories that hold chunks/: the data directories of nodes");
            }
        }
        for (Path disk : disks) {
            DiskPaths tree = new DiskPaths(disk);
            walk(new ReplicaLocation.Usual(tree), tree.chunks(), MAX_DEPTH);
            if (Files.exists(tree.volumes())) {
                walkVolumes(tree.volumes());
            }
        }
        return foundFiles;
    }

    /** Directories that could not be listed completely; there may be more in them. */
    long unread() {
        return unread;
    }

    private void walk(ReplicaLocation.Usual disk, Path directory, int depth) {
        if (depth == 0) {
            leave(directory, "more than " + MAX_DEPTH + " directories deep: not looked at");
            return;
        }
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(directory)) {
            for (Path path : paths) {
                if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                    walk(disk, path, depth - 1);
                } else {
                    look(disk, path);
                }
            }
        } catch (IOException e) {
            leave(directory, "cannot be read: " + e.getMessage());
        } catch (DirectoryIteratorException e) {
            leave(directory, "cannot be read: " + e.getMessage());
        }
    }

    private void walkVolumes(Path directory) {
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(directory)) {
            for (Path path : paths) {
                if (VolumeSurvey.isVolume(path) && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                    lookInto(path);
                } else {
                    listener.trouble(path + ": not a volume: not looked at");
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            leave(directory, "cannot be read: " + e.getMessage());
        }
    }

    /** A volume that cannot be read to its end may hold more. */
    private void lookInto(Path volume) {
        try {
            VolumeSurvey.of(files, volume, new VolumeSurvey.Visitor() {
                @Override
                public void record(ChunkId chunk, Slot slot, RecordLocation location) {
                    look(chunk, location);
                }

                @Override
                public void damaged(Path path, long from, long to) {
                    foundFiles.addDamaged();
                    listener.trouble(path + ": bytes " + from + " to " + to + " hold no record");
                }
            });
        } catch (IOException e) {
            leave(volume, "cannot be read: " + e.getMessage());
        } catch (TrivetException e) {
            if (e.kind() == Refusal.Kind.WRONG_CLUSTER) {
                throw e;
            }
            leave(volume, e.refusal().message());
        }
    }

    private void look(ChunkId chunk, RecordLocation location) {
        try (DiskFiles.OpenFile open = location.open(files)) {
            foundFiles.add(
                    new ReplicaLocation.InVolume(location), location.named(), ChunkFormat.read(open, location.named()));
            listener.surveyed(foundFiles.replicas());
        } catch (IOException e) {
            foundFiles.addDamaged(chunk);
            listener.trouble(String.valueOf(e.getMessage()));
        } catch (TrivetException e) {
            if (e.kind() == Refusal.Kind.WRONG_CLUSTER) {
                throw e;
            }
            foundFiles.addDamaged(chunk);
            listener.trouble(e.refusal().message());
        }
    }

    private void leave(Path directory, String reason) {
        unread++;
        listener.trouble(directory + ": " + reason);
    }

    private void look(ReplicaLocation.Usual disk, Path file) {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            damaged(file, file + ": not a file: not looked at");
            return;
        }
        try (DiskFiles.OpenFile open = files.open(file)) {
            foundFiles.add(disk, file, ChunkFormat.read(open, file));
            listener.surveyed(foundFiles.replicas());
        } catch (IOException e) {
            damaged(file, String.valueOf(e.getMessage()));
        } catch (TrivetException e) {
            if (e.kind() == Refusal.Kind.WRONG_CLUSTER) {
                throw e;
            }
            damaged(file, e.refusal().message());
        }
    }

    private void damaged(Path file, String reason) {
        foundFiles.addDamaged(file);
        listener.trouble(reason);
    }
}
