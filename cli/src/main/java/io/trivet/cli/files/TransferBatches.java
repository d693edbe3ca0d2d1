package io.trivet.cli.files;

import io.trivet.cli.progress.ParallelTransfers;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Gathers the small files of a tree, in its order, and transfers each batch as one of the parallel
 * transfers. Larger files go alone, at once. Only the thread that launches uses it.
 */
final class TransferBatches<T> {
    /** A longer file is transferred alone: the client does not send it with others. */
    private static final int SMALL_BYTES = 128 << 10;

    private static final int MOST_FILES = 256;
    private static final long MOST_BYTES = 4 << 20;

    private final ParallelTransfers parallelTransfers;
    private final Function<T, String> name;
    private final Consumer<List<T>> transfer;
    private List<T> waiting = new ArrayList<>();
    private long bytes;

    /** @param transfer returns when each file is transferred or its failure was told */
    TransferBatches(ParallelTransfers parallelTransfers, Function<T, String> name, Consumer<List<T>> transfer) {
        this.parallelTransfers = parallelTransfers;
        this.name = name;
        this.transfer = transfer;
    }

    /** False if more transfers would fail too. */
    boolean add(T file, long size) {
        if (size > SMALL_BYTES) {
            return launch(List.of(file));
        }
        waiting.add(file);
        bytes += size;
        return (waiting.size() < MOST_FILES && bytes < MOST_BYTES) ? !parallelTransfers.gaveUp() : launch();
    }

    /** Transfers what waits. False if more transfers would fail too. */
    boolean launch() {
        List<T> batch = waiting;
        waiting = new ArrayList<>();
        bytes = 0;
        return batch.isEmpty() || launch(batch);
    }

    private boolean launch(List<T> batch) {
        return parallelTransfers.launch(name.apply(batch.getFirst()), () -> transfer.accept(batch));
    }
}
