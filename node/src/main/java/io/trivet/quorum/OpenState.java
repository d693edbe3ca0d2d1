package io.trivet.quorum;

import io.trivet.namespace.StateMachine;
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
record OpenState(RocksStore store, StateMachine state) implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OpenState.class);

    /**
     * Continues from the store in the directory if it is not older than the newest checkpoint; else
     * starts from the checkpoint, or empty. Later entries come from the log again, and those that
     * the store has are skipped (rule 9).
     */
    static OpenState open(
            Path directory, Optional<CheckpointStore.Checkpoint> newest, Function<Store, StateMachine> over)
            throws IOException {
        long needed = newest.map(CheckpointStore.Checkpoint::applied).orElse(0L);
        boolean condemned = Files.exists(condemned(directory));
        if (Files.exists(directory) && !condemned) {
            Optional<OpenState> kept = reopen(directory, needed, over);
            if (kept.isPresent()) {
                return kept.get();
            }
        }
        CheckpointFiles.remove(directory);
        if (newest.isPresent()) {
            Path unfinished = directory.resolveSibling(directory.getFileName() + ".making");
            CheckpointFiles.remove(unfinished);
            CheckpointFiles.share(newest.get().directory(), unfinished, file -> !CheckpointStore.isDigest(file));
            Files.move(unfinished, directory, StandardCopyOption.ATOMIC_MOVE);
        }
        OpenState rebuilt = over(RocksStore.open(directory), over);
        if (condemned) {
            verify(rebuilt);
            Files.delete(condemned(directory));
        }
        return rebuilt;
    }

    /**
     * Marks the store as damaged, so that the next start begins from the checkpoint. It may share
     * files with the damaged store, so it is then read completely.
     */
    static void condemn(Path directory) {
        try {
            Files.writeString(condemned(directory), "damaged\n");
        } catch (IOException e) {
            LOG.error("state is damaged directory={} and this cannot be noted: {}", directory, e.toString());
        }
    }

    private static Path condemned(Path directory) {
        return directory.resolveSibling(directory.getFileName() + ".damaged");
    }

    private static void verify(OpenState rebuilt) throws IOException {
        try {
            rebuilt.store.verify();
        } catch (IOException e) {
            rebuilt.close();
            throw e;
        }
    }

    private static Optional<OpenState> reopen(Path directory, long needed, Function<Store, StateMachine> over) {
        try {
            OpenState found = over(RocksStore.open(directory), over);
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

    private static OpenState over(RocksStore store, Function<Store, StateMachine> over) {
        try {
            return new OpenState(store, over.apply(store));
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    long appliedIndex() {
        return state.appliedIndex();
    }

    @Override
    public void close() {
        store.close();
    }
}
