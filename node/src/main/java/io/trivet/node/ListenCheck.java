package io.trivet.node;

import io.trivet.model.Address;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.ListenSockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/**
 * Checks that a node can listen at its address, before anything is made that would have to be
 * removed again.
 */
final class ListenCheck {
    private ListenCheck() {}

    /** Throws with what to do if the name does not resolve or the node cannot listen there. */
    static void require(Address listen) throws IOException {
        InetSocketAddress where = new InetSocketAddress(listen.host(), listen.port());
        if (where.isUnresolved()) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST,
                    listen.host(),
                    "no address is known for this name: enter it in DNS, or in /etc/hosts");
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(where);
        } catch (IOException e) {
            throw ListenSockets.failure(listen, e);
        }
    }
}
