package io.trivet.client;

import java.io.IOException;
import java.io.OutputStream;

/**
 * A writable stream of unknown length. Nothing of it is visible until {@link #commit}; {@link #close} without a commit gives the save up. One thread
 * writes. Holds at most a few chunks in memory.
 */
public abstract class RemoteOutput extends OutputStream {
    /** Ends the file and makes it visible under its name, with the promise of {@link TrivetClient#save}. Once. */
    public abstract SaveSummary commit() throws IOException;
}
