package io.trivet.rescue;

import io.trivet.chunk.DiskFiles;
import io.trivet.chunk.LocalFiles;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.rescue.RescuedFile.Outcome;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** Rebuilds every file that it can from the chunk files on some disks. One thread, which must not be interrupted. */
public final class Rescue {
    private final DiskFiles files = new LocalFiles();
    private final List<Path> disks;
    private final Path directory;
    private final RescueListener listener;
    private long whole;
    private long incomplete;
    private long conflicts;
    private long notWritten;
    private long bytes;

    /**
     * @param disks directories that hold {@code chunks/}; only read
     * @param directory where files come out; made if needed, on none of the disks
     */
    public Rescue(List<Path> disks, Path directory, RescueListener listener) {
        this.disks = List.copyOf(disks);
        this.directory = directory;
        this.listener = listener;
    }

    /**
     * Does it. On return every file that was told to be whole is on stable storage under its name.
     *
     * @throws TrivetException if a disk has no {@code chunks/}, or if disks are of different clusters
     * @throws IOException if the directory cannot be used at all; a file that cannot be written is told to the listener
     */
    public RescueSummary run() throws IOException {
        Survey survey = new Survey(files, listener);
        Holdings holdings = survey.of(disks);
        requireApart();
        listener.began(holdings.files().stream().mapToLong(FoundFile::bytes).sum());
        Joiner joiner = new Joiner(files, listener);
        try (Target target = Target.open(directory)) {
            LocalNames names = new LocalNames(holdings.files(), target.room());
            for (FoundFile file : holdings.files()) {
                tell(file, rescue(file, names, target, joiner));
            }
            target.sync();
        }
        return new RescueSummary(
                whole,
                incomplete,
                conflicts,
                notWritten,
                holdings.replicas(),
                holdings.damaged() + joiner.badReplicas(),
                survey.unread(),
                bytes);
    }

    /** Files that come out among chunks would be taken for chunks the next time, and fill a disk that is in trouble. */
    private void requireApart() throws IOException {
        Path target = nearestExisting(directory.toAbsolutePath().normalize()).toRealPath();
        for (Path disk : disks) {
            if (target.startsWith(disk.toRealPath().resolve("chunks"))
                    || target.startsWith(disk.resolve("chunks").toRealPath())) {
                throw TrivetException.of(
                        Refusal.Kind.BAD_REQUEST, directory.toString(), "it lies among the chunks of " + disk);
            }
        }
    }

    private static Path nearestExisting(Path path) {
        Path existing = path;
        while (!existing.toFile().exists() && existing.getParent() != null) {
            existing = existing.getParent();
        }
        return existing;
    }

    private Outcome rescue(FoundFile file, LocalNames names, Target target, Joiner joiner) throws IOException {
        return switch (file.verdict()) {
            case Verdict.Whole sound -> write(file, sound, names.of(file), target, joiner);
            case Verdict.Incomplete lacking -> examine(file, lacking, joiner);
            case Verdict.Conflict conflict -> {
                listener.passed(file.bytes());
                yield new Outcome.Conflict(conflict.reason());
            }
        };
    }

    /** Reads what there is, so that every chunk that is bad is named. */
    private static Outcome examine(FoundFile file, Verdict.Incomplete lacking, Joiner joiner) throws IOException {
        ChunkNumbers unreadable = joiner.join(file, Joiner.Sink.NONE);
        return new Outcome.Incomplete(lacking.missing(), lacking.bad().and(unreadable), lacking.endKnown());
    }

    private Outcome write(FoundFile file, Verdict.Whole sound, LocalName name, Target target, Joiner joiner) {
        Outcome done = new Outcome.Whole(name.toString(), name.note(), sound.size(), sound.crc32c());
        try {
            Path place = target.place(name.segments());
            if (target.holds(place, sound.size(), sound.crc32c())) {
                listener.passed(sound.size());
                return done;
            }
            try (Target.Draft draft = target.draft()) {
                ChunkNumbers bad = joiner.join(file, draft::write);
                if (!bad.isEmpty()) {
                    return new Outcome.Incomplete(ChunkNumbers.NONE, bad, true);
                }
                draft.publish(place);
                return done;
            }
        } catch (IOException | InvalidPathException e) {
            return new Outcome.NotWritten(e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    private void tell(FoundFile file, Outcome outcome) {
        switch (outcome) {
            case Outcome.Whole rescued -> {
                whole++;
                bytes += rescued.size();
            }
            case Outcome.Incomplete _ -> incomplete++;
            case Outcome.Conflict _ -> conflicts++;
            case Outcome.NotWritten _ -> notWritten++;
        }
        listener.file(new RescuedFile(file.id(), file.path(), outcome));
    }
}
