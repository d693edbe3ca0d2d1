package io.trivet.rescue;

import io.trivet.chunk.DiskPaths;
import io.trivet.model.ClusterId;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.IdState;
import io.trivet.namespace.Backup;
import io.trivet.namespace.BackupCatalogue;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The names in the newest copy of the namespace that nodes left on their disks. One thread. */
public final class CopiedNames implements KnownNames {
    private final BackupCatalogue backupCatalogue;
    /** By their contents. */
    private final Map<FileId, List<Claim.Named>> named = new HashMap<>();

    private final List<Claim.Named> changed = new ArrayList<>();

    /** The contents of changed files. */
    private final Set<FileId> parts = new HashSet<>();

    private CopiedNames(BackupCatalogue backupCatalogue, Consumer<String> trouble) throws IOException {
        this.backupCatalogue = backupCatalogue;
        backupCatalogue.files(
                (path, record) -> add(new Claim.Named(path, record, linkTarget(backupCatalogue, record))),
                path -> trouble.accept(path + ": its path in the namespace is too long and was shortened"));
    }

    private void add(Claim.Named file) {
        FileRecord record = file.record();
        if (record.isChanged()) {
            changed.add(file);
            parts.addAll(record.contents());
        } else {
            named.computeIfAbsent(record.content(), _ -> new ArrayList<>(1)).add(file);
        }
    }

    private static String linkTarget(BackupCatalogue backupCatalogue, FileRecord record) {
        return record.isLink() ? backupCatalogue.linkTarget(record.id()) : "";
    }

    private record Copy(Path file, Backup.Dated head) {}

    /**
     * A later restore has the greater epoch. Earlier releases could give one epoch twice, to two
     * histories with indexes of their own; of these, the time of the last entry tells which is
     * later.
     */
    private static final Comparator<Copy> AGE = Comparator.<Copy>comparingInt(
                    copy -> copy.head.summary().epoch())
            .thenComparing(copy -> copy.head.time())
            .thenComparingLong(copy -> copy.head.summary().index());

    /** Damaged copies are skipped and reported. Empty if there is no copy. */
    public static Optional<CopiedNames> newest(List<Path> disks, Consumer<String> trouble) {
        List<Copy> copies = new ArrayList<>();
        for (Path disk : disks) {
            Path file = new DiskPaths(disk).namespaceCopy();
            if (!Files.exists(file)) {
                continue;
            }
            try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
                copies.add(new Copy(file, Backup.checkDated(in)));
            } catch (IOException e) {
                trouble.accept(file + ": " + e.getMessage());
            }
        }
        copies.sort(AGE);
        return copies.reversed().stream()
                .flatMap(copy -> read(copy.file, trouble).stream())
                .findFirst();
    }

    private static Optional<CopiedNames> read(Path file, Consumer<String> trouble) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            return Optional.of(new CopiedNames(BackupCatalogue.read(in), trouble));
        } catch (IOException e) {
            trouble.accept(file + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    /** The time of the copy, by the log. */
    public Instant asOf() {
        return backupCatalogue.time();
    }

    @Override
    public Optional<ClusterId> cluster() {
        return Optional.of(backupCatalogue.summary().cluster());
    }

    @Override
    public List<Claim> claims(FileId content) {
        List<Claim.Named> found = named.get(content);
        if (found != null) {
            return List.copyOf(found);
        }
        if (parts.contains(content)) {
            return List.of(new Claim.Part());
        }
        return switch (backupCatalogue.stateOf(content)) {
            case IdState.Removed _, IdState.Dead _ -> List.of(new Claim.Gone());
            case IdState.Alive _, IdState.Unknown _ -> List.of(new Claim.Unknown());
        };
    }

    @Override
    public List<Claim.Named> changed() {
        return List.copyOf(changed);
    }

    @Override
    public List<Claim.Named> all() {
        return Stream.concat(named.values().stream().flatMap(List::stream), changed.stream())
                .toList();
    }
}
