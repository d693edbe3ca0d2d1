package io.trivet.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Servers that run, and a client that stays. One thread. */
interface Cluster extends AutoCloseable {
    /**
     * Saves one local file under many names; returns how many. On return they are as durable as
     * this contender makes them.
     */
    int save(Batch batch) throws Exception;

    /** Loads files that were saved under the batch's names into its directory; returns how many. */
    int load(Batch batch) throws Exception;

    /** What a person types to save a file; empty where there is no such command. */
    List<String> saveCommand(Path source, String name);

    /** The processes of the servers. */
    List<Server> servers();

    /** The processes of the client that stays, other than this one. */
    List<Long> clients();

    /** Ends the last server that keeps data, for good, without warning; returns when the cluster has given it up. */
    void lose() throws Exception;

    /** Whether two copies of a file are on servers that live, as far as the cluster knows. */
    boolean hasTwoCopies(String name) throws Exception;

    /** Whether it is one that says when repair owes nothing any more. */
    default boolean saysWhenNothingIsOwed() {
        return false;
    }

    /** What it says. */
    default boolean nothingIsOwed() throws Exception {
        return false;
    }

    @Override
    void close() throws IOException;

    /**
     * A server.
     *
     * @param role what it does: {@code node}, {@code NameNode}, ...
     * @param data where its copies are; those of a server that keeps none are nowhere
     */
    record Server(String role, long process, Path data) {}
}
