package io.trivet.quorum;

import io.trivet.namespace.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The state that entries are applied to, and the store it is in. */
record LivingState(RocksStore store, ReplicatedState state) implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LivingState.class);

    /**
     * Goes on from what is in the directory, if that is not older than the newest checkpoint; else begins anew from the checkpoint, or from nothing.
     * What was applied since comes from the log again, and what the store has already is passed over (rule 9).
     */
    static LivingState open(
            Path directory, Optional<Checkpoints.Checkpoint> newest, Function<Store, ReplicatedState> over)
            throws IOException {
        long needed = newest.map(Checkpoints.Checkpoint::applied).orElse(0L);
        if (Files.exists(directory)) {
            Optional<LivingState> kept = reopen(directory, needed, over);
            if (kept.isPresent()) {
                return kept.get();
            }
        }
        CheckpointFiles.remove(directory);
        if (newest.isPresent()) {
            Path unfinished = directory.resolveSibling(directory.getFileName() + ".making");
            CheckpointFiles.remove(unfinished);
            CheckpointFiles.share(newest.get().directory(), unfinished, file -> !Checkpoints.isDigest(file));
            Files.move(unfinished, directory, StandardCopyOption.ATOMIC_MOVE);
        }
        return over(RocksStore.open(directory), over);
    }

    private static Optional<LivingState> reopen(Path directory, long needed, Function<Store, ReplicatedState> over) {
        try {
            LivingState found = over(RocksStore.open(directory), over);
            if (found.appliedIndex() >= needed) {
                return Optional.of(found);
            }
            LOG.info("state older than its checkpoint: applied={} checkpoint={}", found.appliedIndex(), needed);
            found.close();
        } catch (IOException e) {
            LOG.warn("state rebuilt from checkpoint and log: {}", e.getMessage());
        }
        return Optional.empty();
    }

    private static LivingState over(RocksStore store, Function<Store, ReplicatedState> over) {
        try {
            return new LivingState(store, over.apply(store));
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    long appliedIndex() {
        return state.appliedIndex().getAsLong();
    }

    @Override
    public void close() {
        store.close();
    }
}
