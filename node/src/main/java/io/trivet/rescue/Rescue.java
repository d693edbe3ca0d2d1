package io.trivet.rescue;

import io.trivet.chunk.DiskFiles;
import io.trivet.chunk.SystemDiskFiles;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import io.trivet.rescue.RescuedFile.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Rebuilds as many files as possible from the chunk files on some disks. One thread, which must not
 * be interrupted.
 */
public final class Rescue {
    private final DiskFiles files = new SystemDiskFiles();
    private final List<Path> disks;
    private final Path directory;
    private final KnownNames names;
    private final RescueListener listener;
    private long whole;
    private long incomplete;
    private long conflicts;
    private long notWritten;
    private long gone;
    private long bytes;

    /**
     * @param disks directories that contain {@code chunks/}; only read
     * @param directory where files are written; made if needed, not among the chunks of a disk
     * @param names what a copy of the namespace says
     */
    public Rescue(List<Path> disks, Path directory, KnownNames names, RescueListener listener) {
        this.names = names;
        this.disks = List.copyOf(disks);
        this.directory = directory;
        this.listener = listener;
    }

    /**
     * Runs the rescue. On return every file reported as whole is on stable storage under its name.
     *
     * @throws TrivetException if a disk has no {@code chunks/}, or if disks are of different
     *     clusters
     * @throws IOException if the directory cannot be used; a single file that cannot be written is
     *     reported to the listener
     */
    public RescueSummary run() throws IOException {
        DiskSurvey diskSurvey = new DiskSurvey(files, listener);
        FoundFiles foundFiles = diskSurvey.of(disks);
        requireApart();
        requireSameCluster(foundFiles);
        listener.began(foundFiles.files().stream()
                        .mapToLong(file -> file.bytes() * claims(file).size())
                        .sum()
                + names.changed().stream()
                        .mapToLong(file -> FoundFile.joined(file.record(), foundFiles::find)
                                .bytes())
                        .sum());
        FileAssembler fileAssembler = new FileAssembler(files, listener);
        try (RescueTarget rescueTarget = RescueTarget.open(directory)) {
            RescuedNames locals = new RescuedNames(foundFiles.files(), names, rescueTarget.room());
            for (FoundFile file : foundFiles.files()) {
                for (KnownNames.Claim claim : claims(file)) {
                    FoundFile view = viewOf(file, claim, foundFiles);
                    tell(file.id(), pathOf(file, claim), rescue(view, claim, locals, rescueTarget, fileAssembler));
                }
            }
            Set<FileId> former = new TreeSet<>();
            for (KnownNames.Claim.Named changed : names.changed()) {
                FoundFile view = FoundFile.joined(changed.record(), foundFiles::find);
                Outcome outcome = view.chunks().isEmpty()
                        ? nothingOf(changed.record())
                        : rescue(view, changed, locals, rescueTarget, fileAssembler);
                tell(changed.record().id(), changed.path().toString(), outcome);
                if (!(outcome instanceof Outcome.Whole)) {
                    former.addAll(changed.record().contents());
                }
            }
            for (FileId content : former) {
                offer(foundFiles.find(content), locals, rescueTarget, fileAssembler);
            }
            for (KnownNames.Claim.Named lost : names.all()) {
                if (!lost.record().isChanged() && !foundFiles.has(lost.record().content())) {
                    tell(lost.record().content(), lost.path().toString(), withoutChunk(lost, locals, rescueTarget));
                }
            }
            rescueTarget.sync();
        }
        return new RescueSummary(
                whole,
                incomplete,
                conflicts,
                notWritten,
                gone,
                foundFiles.replicas(),
                foundFiles.damaged() + fileAssembler.badReplicas(),
                diskSurvey.unread(),
                bytes);
    }

    /**
     * Files written among chunks would be taken for chunks the next time, and could fill a disk
     * that is in trouble.
     */
    private void requireApart() throws IOException {
        Path target = nearestExisting(directory.toAbsolutePath().normalize()).toRealPath();
        for (Path disk : disks) {
            if (lies(target, disk, "chunks") || lies(target, disk, "volumes")) {
                throw TrivetException.of(
                        Refusal.Kind.BAD_REQUEST, directory.toString(), "it lies among the chunks of " + disk);
            }
        }
    }

    private static boolean lies(Path target, Path disk, String part) throws IOException {
        return target.startsWith(disk.toRealPath().resolve(part))
                || (Files.exists(disk.resolve(part))
                        && target.startsWith(disk.resolve(part).toRealPath()));
    }

    private static Path nearestExisting(Path path) {
        Path existing = path;
        while (!existing.toFile().exists() && existing.getParent() != null) {
            existing = existing.getParent();
        }
        return existing;
    }

    private void requireSameCluster(FoundFiles foundFiles) {
        names.cluster()
                .filter(own -> foundFiles.cluster().filter(own::equals).isEmpty()
                        && !foundFiles.files().isEmpty())
                .ifPresent(other -> {
                    throw TrivetException.of(
                            Refusal.Kind.WRONG_CLUSTER,
                            other.toString(),
                            "the copy of the namespace is of another cluster than the chunks: rescue one cluster at a time");
                });
    }

    /** If a changed file is not whole, what it was before may be: it is written with its id in its name. */
    private void offer(
            @Nullable FoundFile content, RescuedNames locals, RescueTarget rescueTarget, FileAssembler fileAssembler)
            throws IOException {
        if (content != null
                && names.of(content.id()) instanceof KnownNames.Claim.Part
                && content.verdict() instanceof FileVerdict.Whole) {
            Outcome outcome = rescue(content, new KnownNames.Claim.Unknown(), locals, rescueTarget, fileAssembler);
            tell(content.id(), content.path(), outcome);
        }
    }

    /** What is to be done with an id by itself; nothing for one that is only part of other files. */
    private List<KnownNames.Claim> claims(FoundFile file) {
        return names.claims(file.id()).stream()
                .filter(claim -> !(claim instanceof KnownNames.Claim.Part))
                .toList();
    }

    /** A copy may have been cut since: then it has only the first chunks of its content. */
    private static FoundFile viewOf(FoundFile file, KnownNames.Claim claim, FoundFiles foundFiles) {
        return claim instanceof KnownNames.Claim.Named named
                        && named.record().isCopy()
                        && named.record().chunkCount() < file.chunks().lastKey()
                ? FoundFile.joined(named.record(), foundFiles::find)
                : file;
    }

    private static String pathOf(FoundFile file, KnownNames.Claim claim) {
        return claim instanceof KnownNames.Claim.Named named ? named.path().toString() : file.path();
    }

    /** The record of an empty file or a link is all there is; of any other file, nothing was found. */
    private Outcome withoutChunk(KnownNames.Claim.Named named, RescuedNames locals, RescueTarget rescueTarget) {
        FileRecord record = named.record();
        if (record.isLink()) {
            return link(named.linkTarget(), locals.of(record.id(), named.path()), rescueTarget);
        }
        return record.chunkCount() == 0
                ? write(0, 0, locals.of(record.id(), named.path()), rescueTarget, _ -> ChunkNumberRanges.NONE)
                : nothingOf(record);
    }

    private static Outcome link(String target, LocalName name, RescueTarget rescueTarget) {
        try {
            rescueTarget.link(rescueTarget.place(name.segments()), target);
            return new Outcome.Linked(name.toString(), name.note(), target);
        } catch (IOException | InvalidPathException | UnsupportedOperationException e) {
            return notWritten(e);
        }
    }

    private static Outcome notWritten(Exception e) {
        return new Outcome.NotWritten(e.getMessage() == null ? e.toString() : e.getMessage());
    }

    private static Outcome nothingOf(FileRecord record) {
        return new Outcome.Incomplete(ChunkNumberRanges.range(1, record.chunkCount()), ChunkNumberRanges.NONE, true);
    }

    private Outcome rescue(
            FoundFile file,
            KnownNames.Claim claim,
            RescuedNames locals,
            RescueTarget rescueTarget,
            FileAssembler fileAssembler)
            throws IOException {
        return switch (claim) {
            case KnownNames.Claim.Named(RemotePath path, FileRecord record, String _) ->
                rescue(file, file.verdict(record), () -> locals.of(file.id(), path), rescueTarget, fileAssembler);
            case KnownNames.Claim.Unknown _ ->
                rescue(file, file.verdict(), () -> locals.of(file), rescueTarget, fileAssembler);
            case KnownNames.Claim.Gone _, KnownNames.Claim.Part _ -> {
                listener.passed(file.bytes());
                yield new Outcome.Gone();
            }
        };
    }

    private Outcome rescue(
            FoundFile file,
            FileVerdict fileVerdict,
            Supplier<LocalName> local,
            RescueTarget rescueTarget,
            FileAssembler fileAssembler)
            throws IOException {
        return switch (fileVerdict) {
            case FileVerdict.Whole(long size, int crc32c) ->
                write(size, crc32c, local.get(), rescueTarget, draft -> fileAssembler.join(file, draft::write));
            case FileVerdict.Incomplete lacking -> examine(file, lacking, fileAssembler);
            case FileVerdict.Conflict conflict -> {
                listener.passed(file.bytes());
                yield new Outcome.Conflict(conflict.reason());
            }
        };
    }

    /** Reads what exists, so that every bad chunk is named. */
    private static Outcome examine(FoundFile file, FileVerdict.Incomplete lacking, FileAssembler fileAssembler)
            throws IOException {
        ChunkNumberRanges unreadable = fileAssembler.join(file, FileAssembler.Sink.NONE);
        return new Outcome.Incomplete(lacking.missing(), lacking.bad().and(unreadable), lacking.endKnown());
    }

    /** Writes the bytes of a file, and returns which of its chunks are bad. */
    private interface Content {
        ChunkNumberRanges into(RescueTarget.Draft draft) throws IOException;
    }

    private Outcome write(long size, int crc32c, LocalName name, RescueTarget rescueTarget, Content content) {
        Outcome done = new Outcome.Whole(name.toString(), name.note(), size, crc32c);
        try {
            Path place = rescueTarget.place(name.segments());
            if (rescueTarget.holds(place, size, crc32c)) {
                listener.passed(size);
                return done;
            }
            try (RescueTarget.Draft draft = rescueTarget.draft()) {
                ChunkNumberRanges bad = content.into(draft);
                if (!bad.isEmpty()) {
                    return new Outcome.Incomplete(ChunkNumberRanges.NONE, bad, true);
                }
                draft.publish(place);
                return done;
            }
        } catch (IOException | InvalidPathException e) {
            return notWritten(e);
        }
    }

    private void tell(FileId id, String path, Outcome outcome) {
        switch (outcome) {
            case Outcome.Whole rescued -> {
                whole++;
                bytes += rescued.size();
            }
            case Outcome.Linked _ -> whole++;
            case Outcome.Incomplete _ -> incomplete++;
            case Outcome.Conflict _ -> conflicts++;
            case Outcome.NotWritten _ -> notWritten++;
            case Outcome.Gone _ -> gone++;
        }
        listener.file(new RescuedFile(id, path, outcome));
    }
}
