package io.trivet.cli.progress;

import io.trivet.cli.terminal.ProcessEnd;
import io.trivet.client.Progress;
import io.trivet.model.NodeId;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;

/** Counts the bytes of a transfer of one or many files, per node. Any thread. */
public final class TransferMeter {
    private final Map<NodeId, LongAdder> byNode = new ConcurrentHashMap<>();
    private final LongAdder local = new LongAdder();
    private final Set<NodeId> given = ConcurrentHashMap.newKeySet();
    private final AtomicLong total = new AtomicLong(-1);
    private final LongAdder resumed = new LongAdder();
    private volatile boolean resumable;
    private final BiConsumer<NodeId, String> left;

    /** {@code left} receives each node that was replaced by another, once. */
    TransferMeter(BiConsumer<NodeId, String> left) {
        this.left = left;
    }

    /** Whether the transfer can be resumed. */
    public boolean isResumable() {
        return resumable;
    }

    /** Bytes that an earlier try had transferred. */
    long resumed() {
        return resumed.sum();
    }

    /** Sets the total number of bytes; -1 if unknown. */
    public void expect(long bytes) {
        total.set(bytes);
    }

    long expected() {
        return total.get();
    }

    /** The progress of the only file. */
    public Progress onlyFile() {
        return new Meter(true);
    }

    /** The progress of one file of many, which does not describe the whole transfer. */
    public Progress oneOfMany() {
        return new Meter(false);
    }

    /** Counts bytes that moved without a node. */
    public void movedLocally(long bytes) {
        local.add(bytes);
    }

    /** Bytes moved so far without a node. */
    long local() {
        return local.sum();
    }

    /** Bytes moved so far by each node. */
    NavigableMap<NodeId, Long> moved() {
        NavigableMap<NodeId, Long> moved = new TreeMap<>();
        byNode.forEach((node, bytes) -> moved.put(node, bytes.sum()));
        return moved;
    }

    /** The nodes that moved anything. */
    public Set<NodeId> nodes() {
        return new TreeSet<>(byNode.keySet());
    }

    private final class Meter implements Progress {
        private final boolean knowsAll;

        Meter(boolean knowsAll) {
            this.knowsAll = knowsAll;
        }

        @Override
        public void started(long totalBytes) {
            if (knowsAll) {
                expect(totalBytes);
            }
        }

        @Override
        public void moved(NodeId node, long bytes) {
            byNode.computeIfAbsent(node, _ -> new LongAdder()).add(bytes);
        }

        @Override
        public void resumable() {
            resumable = true;
        }

        @Override
        public void unresumable() {
            resumable = false;
        }

        /**
         * If the process was told to end, a pipe's end may not be the end of its data; then the
         * save must not be committed.
         */
        @Override
        public void committing() {
            ProcessEnd.stopHere();
        }

        @Override
        public void resumed(int there, int count, long bytes) {
            resumed.add(bytes);
        }

        @Override
        public void retried(NodeId node, String reason) {
            if (given.add(node)) {
                left.accept(node, reason);
            }
        }
    }
}
