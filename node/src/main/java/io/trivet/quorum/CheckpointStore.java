package io.trivet.quorum;

import io.trivet.file.FileSync;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.SnapshotRetentionPolicy;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.impl.FileListSnapshotInfo;
import org.apache.ratis.util.MD5FileUtil;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoints that a master keeps beside its log: its own, and those that a leader sent because
 * the log alone did not reach back far enough.
 *
 * <p>A checkpoint under its final name is complete and on stable storage: it is made as {@code
 * making.*}, forced to disk, and renamed. Only then may the log be purged up to it (rule 9). What a
 * leader sends arrives in {@code tmp/} and is not forced to disk; Ratis then replaces the whole
 * directory by it and purges the log at once. {@link #adopt} makes it durable before that.
 */
final class CheckpointStore implements StateMachineStorage {
    private static final int KEPT = 2;
    private static final String FINISHED = "checkpoint.";
    private static final String UNFINISHED = "making.";
    private static final Pattern NAME = Pattern.compile("checkpoint\\.(\\d+)_(\\d+)_(\\d+)");

    private final Path directory;
    private final Path arrivals;
    private volatile @Nullable Checkpoint newest;

    /**
     * A checkpoint.
     *
     * @param at the last log entry that it covers
     * @param applied the last entry that changed the state; entries between the two only changed
     *     the voters
     */
    record Checkpoint(TermIndex at, long applied, Path directory, SnapshotInfo files) {}

    /** @param group the directory that Ratis gives to one group */
    CheckpointStore(Path group) {
        this.directory = group.resolve("sm");
        this.arrivals = group.resolve("tmp");
    }

    Optional<Checkpoint> newest() {
        return Optional.ofNullable(newest);
    }

    /** Cleans up after a crash and finds the newest checkpoint. */
    synchronized void recover() throws IOException {
        Path group = Objects.requireNonNull(directory.getParent());
        List<Path> replaced = CheckpointFiles.directoriesIn(group, directory.getFileName() + ".tmp");
        if (!Files.exists(directory) && !replaced.isEmpty()) {
            // The process died between the two renames by which Ratis replaces the directory; the
            // old one has the adopted checkpoint too.
            Files.move(replaced.getLast(), directory, StandardCopyOption.ATOMIC_MOVE);
        }
        for (Path leftover : CheckpointFiles.directoriesIn(group, directory.getFileName() + ".tmp")) {
            CheckpointFiles.remove(leftover);
        }
        CheckpointFiles.remove(arrivals);
        Files.createDirectories(directory);
        for (Path unfinished : CheckpointFiles.directoriesIn(directory, UNFINISHED)) {
            CheckpointFiles.remove(unfinished);
        }
        FileSync.force(group);
        FileSync.force(directory);
        newest = find();
    }

    /**
     * Makes a checkpoint of a store that has applied everything up to {@code at}. Durable on
     * return.
     */
    synchronized void take(TermIndex at, long applied, RocksStore store) throws IOException {
        String name = name(at, applied);
        Path unfinished = directory.resolve(UNFINISHED + name);
        CheckpointFiles.remove(unfinished);
        store.checkpoint(unfinished);
        newest = finish(unfinished, name);
    }

    /**
     * Makes a received checkpoint durable, before Ratis publishes it and purges the log.
     *
     * @param request the id under which it arrived
     * @throws IOException also if none arrived under this id, because Ratis must not purge the log
     *     for a checkpoint that is not durable
     */
    synchronized void adopt(String request) throws IOException {
        List<Path> checkpoints = CheckpointFiles.directoriesIn(arrivals.resolve("snapshot-" + request), FINISHED);
        if (checkpoints.isEmpty()) {
            throw new IOException(arrivals + ": no checkpoint " + request + " arrived");
        }
        for (Path arrived : checkpoints) {
            CheckpointFiles.force(arrived);
            String name = arrived.getFileName().toString();
            Path unfinished = directory.resolve(UNFINISHED + name);
            CheckpointFiles.remove(unfinished);
            CheckpointFiles.share(arrived, unfinished);
            finish(unfinished, name);
        }
    }

    /** Finds the newest checkpoint again, after Ratis has replaced the directory. */
    synchronized void reload() throws IOException {
        FileSync.force(Objects.requireNonNull(directory.getParent()));
        newest = find();
    }

    /** The term of the newest entry that a finished checkpoint covers; 0 if there is none. */
    static long lastTerm(Path group) throws IOException {
        return CheckpointFiles.directoriesIn(group.resolve("sm"), FINISHED).stream()
                .map(checkpoint -> NAME.matcher(checkpoint.getFileName().toString()))
                .filter(Matcher::matches)
                .mapToLong(name -> Long.parseLong(name.group(1)))
                .max()
                .orElse(0);
    }

    private static String name(TermIndex at, long applied) {
        return FINISHED + at.getTerm() + "_" + at.getIndex() + "_" + applied;
    }

    private Checkpoint finish(Path unfinished, String name) throws IOException {
        CheckpointFiles.force(unfinished);
        Path finished = directory.resolve(name);
        CheckpointFiles.remove(finished);
        Files.move(unfinished, finished, StandardCopyOption.ATOMIC_MOVE);
        FileSync.force(directory);
        return Objects.requireNonNull(read(finished));
    }

    private @Nullable Checkpoint find() throws IOException {
        List<Checkpoint> found = all();
        return found.isEmpty() ? null : found.getLast();
    }

    /** All checkpoints, oldest first. */
    private List<Checkpoint> all() throws IOException {
        List<Checkpoint> found = new ArrayList<>();
        for (Path candidate : CheckpointFiles.directoriesIn(directory, FINISHED)) {
            Checkpoint checkpoint = read(candidate);
            if (checkpoint != null) {
                found.add(checkpoint);
            }
        }
        found.sort(Comparator.comparing(Checkpoint::at));
        return found;
    }

    private static @Nullable Checkpoint read(Path checkpoint) throws IOException {
        Matcher name = NAME.matcher(checkpoint.getFileName().toString());
        if (!name.matches()) {
            return null;
        }
        TermIndex at = TermIndex.valueOf(Long.parseLong(name.group(1)), Long.parseLong(name.group(2)));
        List<FileInfo> files = new ArrayList<>();
        for (Path file : CheckpointFiles.in(checkpoint)) {
            if (!isDigest(file)) {
                // Without a digest Ratis makes one when it sends the file. Here the applying thread
                // would make it, while all callers wait, for files that are rarely sent.
                files.add(new FileInfo(file, null));
            }
        }
        return new Checkpoint(at, Long.parseLong(name.group(3)), checkpoint, new FileListSnapshotInfo(files, at));
    }

    /**
     * Ratis leaves a digest beside each file that a leader sent; checkpoints of earlier releases
     * have them too.
     */
    static boolean isDigest(Path file) {
        return file.toString().endsWith(MD5FileUtil.MD5_SUFFIX);
    }

    @Override
    public @Nullable SnapshotInfo getLatestSnapshot() {
        Checkpoint checkpoint = newest;
        return checkpoint == null ? null : checkpoint.files();
    }

    /** Removes all but the newest two; the older one may be on its way to a peer. */
    @Override
    public synchronized void cleanupOldSnapshots(SnapshotRetentionPolicy policy) throws IOException {
        List<Checkpoint> found = all();
        for (Checkpoint old : found.subList(0, Math.max(0, found.size() - KEPT))) {
            CheckpointFiles.remove(old.directory());
        }
    }

    @Override
    public void init(RaftStorage storage) {}

    @Override
    public void format() {}
}
