package io.trivet.bench;

import java.io.IOException;
import java.util.Optional;

/** What can be measured: Trivet in one of its forms, or a peer. */
interface Contender {
    /** Its name in the table. */
    String name();

    /**
     * Why it cannot be measured on this machine; empty if it can. May download and unpack what is
     * needed.
     */
    Optional<String> missing();

    /** Starts this many servers that keep two copies of everything; on return they serve. */
    Cluster start(Workplace place, int servers) throws IOException;

    /** Whether to measure the loss of a server; not for a form that repairs like another one. */
    boolean isRepaired();
}
