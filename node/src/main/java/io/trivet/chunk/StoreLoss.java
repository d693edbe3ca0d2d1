package io.trivet.chunk;

import io.trivet.model.ChunkId;
import io.trivet.model.Slot;
import java.nio.file.Path;

/**
 * A loss of what this node had, or may have acknowledged: the reason to raise its loss epoch (rule
 * 7).
 */
public sealed interface StoreLoss {
    /** The root of the affected disk. */
    Path disk();

    /** What happened, for a person. */
    String reason();

    /** A replica went to quarantine. */
    record Replica(Path disk, ChunkId chunk, String reason) implements StoreLoss {}

    /** The directory of a slot vanished, with all chunks in it, from a disk that is present. */
    record WholeSlot(Path disk, Slot slot, String reason) implements StoreLoss {}

    /** A volume vanished from a disk that is present, or a part of it that held unknown chunks. */
    record Volume(Path disk, Path volume, String reason) implements StoreLoss {}

    /** A whole disk is refused or was taken out of service. */
    record WholeDisk(Path disk, String reason) implements StoreLoss {}
}
