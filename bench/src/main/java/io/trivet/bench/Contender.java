package io.trivet.bench;

import java.io.IOException;
import java.util.Optional;

/** What can be measured: Trivet in one of its forms, or a peer. */
interface Contender {
    /** As the table says it. */
    String name();

    /** Why it can not be measured on this machine; empty where it can. May fetch and unpack what is needed. */
    Optional<String> missing();

    /** Starts so many servers that keep two copies of everything; on return they serve. */
    Cluster start(Workplace place, int servers) throws IOException;

    /** Whether it is worth losing a server of it: not of a form that repairs as another one does. */
    boolean isRepaired();
}
