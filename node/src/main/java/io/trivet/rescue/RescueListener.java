package io.trivet.rescue;

/** Hears how a rescue goes on; from one thread. */
public interface RescueListener {
    /** So many replicas with a sound trailer were found up to now. */
    void surveyed(long replicas);

    /** The survey is over: so many bytes of chunks will be read. */
    void began(long bytes);

    /** So many bytes of chunks were read, or need not be. */
    void passed(long bytes);

    /**
     * A replica, a directory, or a file in it is of no use, and why. The file it belongs to may be
     * whole all the same.
     */
    void trouble(String what);

    /** What became of one file. */
    void file(RescuedFile file);
}
