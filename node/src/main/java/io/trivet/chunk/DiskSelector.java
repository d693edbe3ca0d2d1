package io.trivet.chunk;

import io.trivet.model.ChunkId;
import java.util.UUID;

/**
 * Chooses the disk of a node for a new chunk: weighted rendezvous hashing (Thaler and Ravishankar,
 * 1998; weights as by Schindelhauer and Schomaker, 2005). Each disk draws a number from the chunk's
 * name and its own id, exponentially distributed with its free space as the rate; the least wins.
 * So disks fill in proportion to their free space, without stored state. Pure.
 */
final class DiskSelector {
    private DiskSelector() {}

    /**
     * The draw of a disk for a chunk; the disk with the least draw takes it. Positive; infinite for
     * a disk without free space.
     */
    static double draw(UUID disk, long freeBytes, ChunkId chunk) {
        return freeBytes <= 0 ? Double.POSITIVE_INFINITY : -Math.log(fraction(hash(disk, chunk))) / freeBytes;
    }

    private static long hash(UUID disk, ChunkId chunk) {
        long hash = mixed(disk.getMostSignificantBits());
        hash = mixed(hash ^ disk.getLeastSignificantBits());
        hash = mixed(hash ^ chunk.file().epoch());
        hash = mixed(hash ^ chunk.file().counter());
        return mixed(hash ^ chunk.number());
    }

    /** In (0, 1): the upper 53 bits plus half a step. */
    private static double fraction(long hash) {
        return ((hash >>> 11) + 0.5) * 0x1p-53;
    }

    /**
     * The finalizer of SplitMix64 (Steele, Lea and Flood, 2014): every bit of the result depends on
     * every bit of the input.
     */
    private static long mixed(long value) {
        long z = value + 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
