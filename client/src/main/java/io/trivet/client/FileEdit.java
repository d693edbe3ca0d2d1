package io.trivet.client;

import io.trivet.model.FileRecord;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A change of a file: bytes are written at any position, and the file can be cut or extended. {@link
 * #commit} stores the chunks that changed, and only those, and puts the result under the file's name
 * in one step; before that no client sees any of it. Closing it without a commit changes nothing.
 *
 * <p>Until the commit the changed chunks are in a temporary file of this machine. Nothing goes into
 * the trash. Owner, mode and attributes stay. One thread.
 */
public interface FileEdit extends AutoCloseable {
    /** The file as it was opened. */
    FileRecord before();

    /** The length of the result so far, in bytes. */
    long size();

    /**
     * Writes the remaining bytes at {@code position}, from 0. Between the end and a later position
     * there will be zeros. Throws {@link io.trivet.model.TrivetException} if a chunk that changes in
     * part cannot be read, or if more than {@link io.trivet.model.Command#MAX_PROVEN} chunks would
     * change. After an exception only {@link #close} is left: {@link #commit} refuses.
     */
    void write(long position, ByteBuffer bytes) throws IOException;

    /** Cuts the file to {@code size} bytes, or extends it with zeros. Throws as {@link #write} does. */
    void truncate(long size) throws IOException;

    /**
     * Stores what changed. On return it is as durable as a save. Throws {@code CONDITION_FAILED} if
     * another client has changed or replaced the file since it was opened.
     *
     * @return the record of the result, which has another id than the file before
     */
    FileRecord commit() throws IOException;

    @Override
    void close();
}
