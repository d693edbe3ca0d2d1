package io.trivet.node;

import io.trivet.model.Address;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.ListenSockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;

/**
 * Checks that a node can listen at its address, before anything is made that would have to be
 * removed again.
 */
final class ListenCheck {
    private static final int BACKLOG = 1;

    private ListenCheck() {}

    /** Throws with what to do if the name does not resolve or the node cannot listen there. */
    static void require(Address listen) throws IOException {
        if (new InetSocketAddress(listen.host(), listen.port()).isUnresolved()) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST,
                    listen.host(),
                    "this name cannot be resolved: enter it in DNS, or in /etc/hosts");
        }
        for (ServerSocketChannel server : ListenSockets.on(listen, BACKLOG)) {
            server.close();
        }
    }
}
