package io.trivet.model;

import java.time.Instant;
import java.util.List;

/**
 * What a census found: it looks at the nodes for every chunk of every recorded file.
 *
 * @param event the leader's event number when the census began; 0 if there was none yet
 * @param began when the census began
 * @param missing number of chunks that no node holds
 * @param bytes total length of those chunks
 * @param named the first of those chunks, at most {@link #MAX_NAMED}
 */
public record CensusReport(long event, Instant began, long missing, long bytes, List<MissingChunk> named) {
    public static final int MAX_NAMED = 100;
    public static final CensusReport NONE = new CensusReport(0, Instant.EPOCH, 0, 0, List.of());

    public CensusReport {
        named = List.copyOf(named);
        if (named.size() > MAX_NAMED) {
            throw new IllegalArgumentException("at most " + MAX_NAMED + " missing chunks are named");
        }
    }
}
