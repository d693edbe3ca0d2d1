package io.trivet.rescue;

/** Receives the progress of a rescue, from one thread. */
public interface RescueListener {
    /** The number of replicas with a sound trailer found so far. */
    void surveyed(long replicas);

    /** The survey has ended; {@code bytes} of chunks will be read. */
    void began(long bytes);

    /** {@code bytes} more of chunks were read or need not be read. */
    void passed(long bytes);

    /**
     * A replica, a directory, or a file in it cannot be used, and why. The file it belongs to may
     * still be whole.
     */
    void trouble(String what);

    /** The result for one file. */
    void file(RescuedFile file);
}
