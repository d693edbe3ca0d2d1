package io.trivet.node;

import io.trivet.model.Address;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.ListenSockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/**
 * Looks whether a node could listen where it is told to, before anything is made that would have to
 * be removed again.
 */
final class ListenCheck {
    private ListenCheck() {}

    /** Throws with what to do where the name has no address, or nobody may listen there now. */
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
