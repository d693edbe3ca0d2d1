package io.trivet.node;

import io.trivet.model.NodeId;
import io.trivet.model.TrivetException;
import io.trivet.node.cluster.KnownCluster;
import io.trivet.node.keys.Keyring;
import io.trivet.quorum.QuorumTransport;
import io.trivet.wire.Connection;
import io.trivet.wire.Connector;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Sends the quorum's messages to the other nodes' ports: a request with a body, an answer with a
 * body. Any thread.
 */
final class WireTransport implements QuorumTransport {
    private final NodeId self;
    private final Connector connector;
    private final KnownCluster cluster;
    private final Keyring keyring;

    WireTransport(NodeId self, Connector connector, KnownCluster cluster, Keyring keyring) {
        this.self = self;
        this.connector = connector;
        this.cluster = cluster;
        this.keyring = keyring;
    }

    @Override
    public byte[] call(NodeId peer, String method, byte[] request, Duration deadline) throws IOException {
        try {
            Connection connection = connector.take(cluster.address(peer), deadline);
            boolean whole = false;
            try {
                byte[] proof = keyring.proofOfMaster(connection.channelBinding(), self, peer);
                connection.send(
                        new RequestEnvelope(peer, new Request.QuorumCall(method), proof), ByteBuffer.wrap(request));
                Connection.Incoming<Reply> reply = connection.receive();
                byte[] body = connection.body(reply);
                whole = true;
                return body;
            } catch (TrivetException e) {
                whole = true;
                throw e;
            } finally {
                connector.release(connection, whole);
            }
        } catch (TrivetException e) {
            if (KnownCluster.isElsewhere(e)) {
                cluster.failed(peer);
            }
            throw new IOException(e.getMessage(), e);
        }
    }
}
