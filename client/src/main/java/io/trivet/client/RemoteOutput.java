package io.trivet.client;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;

/**
 * A writable stream of unknown length. Nothing of it is visible until {@link #commit}. {@link
 * #close} alone saves nothing, since it is also called when an exception ends the writer in the
 * middle: where neither {@link #commit} nor {@link #abort} was called, and no write failed, it
 * throws. One thread writes. Holds at most a few chunks in memory.
 *
 * <pre>{@code
 * try (RemoteOutput out = trivet.create(path)) {
 *     out.write(bytes);
 *     out.commit();
 * }
 * }</pre>
 */
public abstract class RemoteOutput extends OutputStream {
    /** Ends the file and makes it visible under its name, with the promise of {@link TrivetClient#save}. Once. */
    public SaveSummary commit() throws IOException {
        return commit(Instant.now());
    }

    /** The same with another time of modification than now. */
    public abstract SaveSummary commit(Instant modified) throws IOException;

    /**
     * Gives the save up: nothing of it becomes visible, and a file of that name stays as it was.
     * After {@link #commit} it does nothing.
     */
    public abstract void abort();

    /** Frees what the stream holds. Throws where nothing was saved and nobody was told so: see above. */
    @Override
    public abstract void close() throws IOException;
}
