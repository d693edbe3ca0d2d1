package io.trivet.rescue;

import io.trivet.chunk.DiskTree;
import io.trivet.model.ClusterId;
import io.trivet.model.FileId;
import io.trivet.model.IdState;
import io.trivet.namespace.Backup;
import io.trivet.namespace.Catalogue;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The names in the newest copy of the namespace that nodes left on their disks. One thread. */
public final class CopiedNames implements KnownNames {
    private final Catalogue catalogue;
    private final Map<FileId, Claim.Named> named = new HashMap<>();

    private CopiedNames(Catalogue catalogue) throws IOException {
        this.catalogue = catalogue;
        catalogue.files((path, record) -> named.put(record.id(), new Claim.Named(path, record)));
    }

    private record Copy(Path file, Backup.Summary summary) {}

    /** A copy that is damaged is passed over and told. Empty where there is none. */
    public static Optional<CopiedNames> newest(List<Path> disks, Consumer<String> trouble) {
        List<Copy> copies = new ArrayList<>();
        for (Path disk : disks) {
            Path file = new DiskTree(disk).namespaceCopy();
            if (!Files.exists(file)) {
                continue;
            }
            try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
                copies.add(new Copy(file, Backup.check(in)));
            } catch (IOException e) {
                trouble.accept(file + ": " + e.getMessage());
            }
        }
        copies.sort(Comparator.<Copy>comparingInt(copy -> copy.summary.epoch())
                .thenComparingLong(copy -> copy.summary.index()));
        return copies.reversed().stream()
                .flatMap(copy -> read(copy.file, trouble).stream())
                .findFirst();
    }

    private static Optional<CopiedNames> read(Path file, Consumer<String> trouble) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            return Optional.of(new CopiedNames(Catalogue.read(in)));
        } catch (IOException e) {
            trouble.accept(file + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    /** When it was so, by the time in the log. */
    public Instant asOf() {
        return catalogue.time();
    }

    @Override
    public Optional<ClusterId> cluster() {
        return Optional.of(catalogue.summary().cluster());
    }

    @Override
    public Claim of(FileId file) {
        Claim.Named found = named.get(file);
        if (found != null) {
            return found;
        }
        return switch (catalogue.stateOf(file)) {
            case IdState.Removed _, IdState.Dead _ -> new Claim.Gone();
            case IdState.Alive _, IdState.Unknown _ -> new Claim.Unknown();
        };
    }

    @Override
    public List<Claim.Named> all() {
        return List.copyOf(named.values());
    }
}
