package io.trivet.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Running servers, and a client that keeps running. One thread. */
interface Cluster extends AutoCloseable {
    /**
     * Saves one local file under many names; returns how many. On return they are as durable as
     * this contender makes them.
     */
    int save(Batch batch) throws Exception;

    /** Loads files that were saved under the batch's names into its directory; returns how many. */
    int load(Batch batch) throws Exception;

    /** The command with which a person saves a file; empty if there is none. */
    List<String> saveCommand(Path source, String name);

    /** The processes of the servers. */
    List<Server> servers();

    /** The processes of the client, except this one. */
    List<Long> clients();

    /** Kills the last server with data, permanently; returns when the cluster considers it lost. */
    void lose() throws Exception;

    /** Whether two copies of a file are on running servers, as far as the cluster knows. */
    boolean hasTwoCopies(String name) throws Exception;

    /** Whether the cluster reports that repair has finished. */
    default boolean saysWhenNothingIsOwed() {
        return false;
    }

    /** Whether the cluster reports that repair has finished. */
    default boolean nothingIsOwed() throws Exception {
        return false;
    }

    @Override
    void close() throws IOException;

    /**
     * A server.
     *
     * @param role what it does: {@code node}, {@code NameNode}, ...
     * @param data the directory of its copies; does not exist for a server without any
     */
    record Server(String role, long process, Path data) {}
}
