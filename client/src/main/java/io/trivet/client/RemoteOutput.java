package io.trivet.client;

import io.trivet.model.Attributes;
import io.trivet.model.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.function.Function;

/**
 * A writable stream of unknown length. Nothing of it is visible until {@link #commit}. {@link
 * #close} alone saves nothing, because it is also called when an exception ends the writer early;
 * it throws if neither {@link #commit} nor {@link #abort} was called and no write failed. One
 * thread writes. Holds two chunks in memory, less while it is shorter than one.
 *
 * <pre>{@code
 * try (RemoteOutput out = trivet.create(path)) {
 *     out.write(bytes);
 *     out.commit();
 * }
 * }</pre>
 */
public abstract class RemoteOutput extends OutputStream {
    /** The attributes that the file has from its commit on; to be called before {@link #commit}. */
    public void setAttributes(Attributes attributes) {
        setAttributes(sha256 -> attributes);
    }

    /**
     * The same for attributes that depend on the content: {@code attributes} is called once, in
     * {@link #commit}, with the SHA-256 that the record will have.
     */
    public abstract void setAttributes(Function<Sha256, Attributes> attributes);

    /** Ends the file and makes it visible under its name, with the promise of {@link TrivetClient#save}. Once. */
    public SaveSummary commit() throws IOException {
        return commit(Instant.now());
    }

    /** The same with another time of modification than now. */
    public SaveSummary commit(Instant modified) throws IOException {
        return commit(MetadataChange.NONE.withModified(modified));
    }

    /** The same with what {@code metadata} says; otherwise 0644, now, and {@link #setAttributes}. */
    public abstract SaveSummary commit(MetadataChange metadata) throws IOException;

    /**
     * Abandons the save: nothing becomes visible, and an existing file of that name is unchanged.
     * No effect after {@link #commit}.
     */
    public abstract void abort();

    /**
     * Releases the stream's resources. Throws if the stream was neither committed nor aborted, as
     * above.
     */
    @Override
    public abstract void close() throws IOException;
}
