package io.trivet.rescue;

import io.trivet.chunk.ChunkTrailer;
import io.trivet.chunk.StoredChunk;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the disks hold of one chunk, by trailers. */
final class FoundChunk {
    private final List<ReplicaLocation> places = new ArrayList<>(2);
    private @Nullable StoredChunk content;
    private boolean last;
    private boolean contested;

    /** Adds a replica with a sound trailer. */
    void add(ChunkTrailer trailer, ReplicaLocation replicaLocation) {
        if (content == null) {
            content = trailer.stored();
            last = trailer.header().last();
        }
        contested |= !content.agreesWith(trailer.stored())
                || last != trailer.header().last();
        if (content.sha256() == null && trailer.sha256() != null) {
            content = trailer.stored();
        }
        places.add(replicaLocation);
    }

    /** Whether any replica has a sound trailer; if none has, only the chunk's name is known. */
    boolean isKnown() {
        return content != null;
    }

    /** Whether sound trailers disagree about the chunk's content. */
    boolean isContested() {
        return contested;
    }

    boolean isLast() {
        return last;
    }

    StoredChunk content() {
        if (content == null) {
            throw new IllegalStateException("no replica has a sound trailer");
        }
        return content;
    }

    List<ReplicaLocation> places() {
        return places;
    }
}
