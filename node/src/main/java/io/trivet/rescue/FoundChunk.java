package io.trivet.rescue;

import io.trivet.chunk.ChunkTrailer;
import io.trivet.chunk.Stored;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the disks hold of one chunk, as far as trailers tell. */
final class FoundChunk {
    private final List<Place> places = new ArrayList<>(2);
    private @Nullable Stored content;
    private boolean last;
    private boolean contested;

    /** A replica whose trailer is sound. */
    void add(ChunkTrailer trailer, Place place) {
        if (content == null) {
            content = trailer.stored();
            last = trailer.header().last();
        }
        contested |=
                !content.equals(trailer.stored()) || last != trailer.header().last();
        places.add(place);
    }

    /** Whether any replica has a sound trailer; if none has, the name of a file is all that is known. */
    boolean isKnown() {
        return content != null;
    }

    /** Whether sound trailers disagree on what the chunk holds. */
    boolean isContested() {
        return contested;
    }

    boolean isLast() {
        return last;
    }

    Stored content() {
        if (content == null) {
            throw new IllegalStateException("no replica has a sound trailer");
        }
        return content;
    }

    List<Place> places() {
        return places;
    }
}
