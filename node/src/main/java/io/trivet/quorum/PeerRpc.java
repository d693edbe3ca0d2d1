package io.trivet.quorum;

import io.trivet.model.NodeId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.function.Supplier;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionReplyProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.rpc.RpcFactory;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.server.ServerFactory;
import org.apache.ratis.server.protocol.TermIndex;
import org.jspecify.annotations.Nullable;

/**
 * Ratis's calls to other masters over a {@link QuorumTransport}, with its protocol messages as
 * bodies. It listens nowhere and keeps no addresses: a peer is identified by its node number, which
 * the transport resolves.
 */
final class PeerRpc implements RaftServerRpc {
    private static final String TRANSPORT = "trivet.transport";
    private static final String PATIENCE = "trivet.patience";
    private static final String NAMES = "trivet.names";

    /**
     * The peer forces each part of a checkpoint to disk, and with the last one the whole
     * checkpoint.
     */
    private static final Duration INSTALL_PATIENCE = Duration.ofSeconds(60);

    private final QuorumTransport transport;
    private final Duration patience;
    private final DurableNames names;
    private final PeerTrouble trouble;

    private PeerRpc(QuorumTransport transport, Duration patience, DurableNames names, Supplier<String> self) {
        this.transport = transport;
        this.patience = patience;
        this.names = names;
        this.trouble = new PeerTrouble(self);
    }

    /**
     * The parameters with which Ratis uses this transport. {@code patience} is the timeout of an
     * answer; {@code names} are those of the log.
     */
    static Parameters parameters(QuorumTransport transport, Duration patience, DurableNames names) {
        Parameters parameters = new Parameters();
        parameters.put(TRANSPORT, transport, QuorumTransport.class);
        parameters.put(PATIENCE, patience, Duration.class);
        parameters.put(NAMES, names, DurableNames.class);
        return parameters;
    }

    /**
     * Ratis finds this class by name and by reflection, so it must be public and have a constructor
     * without parameters.
     */
    public static final class Type implements RpcType {
        @Override
        public String name() {
            return Type.class.getName();
        }

        @Override
        public RpcFactory newFactory(Parameters parameters) {
            return new Factory(
                    parameters.getNonNull(TRANSPORT, QuorumTransport.class),
                    parameters.getNonNull(PATIENCE, Duration.class),
                    parameters.getNonNull(NAMES, DurableNames.class));
        }
    }

    private record Factory(QuorumTransport transport, Duration patience, DurableNames names) implements ServerFactory {
        @Override
        public RaftServerRpc newRaftServerRpc(RaftServer server) {
            return new PeerRpc(transport, patience, names, () -> String.valueOf(server.getId()));
        }

        @Override
        public RpcType getRpcType() {
            return new Type();
        }
    }

    @Override
    public RpcType getRpcType() {
        return new Type();
    }

    /** A candidate has voted for itself, so its vote must be durable first. */
    @Override
    public RequestVoteReplyProto requestVote(RequestVoteRequestProto request) throws IOException {
        names.force();
        return RequestVoteReplyProto.parseFrom(
                call(PeerMethod.VOTE, request.getServerRequest(), request.toByteArray(), patience));
    }

    @Override
    public AppendEntriesReplyProto appendEntries(AppendEntriesRequestProto request) throws IOException {
        return AppendEntriesReplyProto.parseFrom(
                call(PeerMethod.APPEND, request.getServerRequest(), request.toByteArray(), patience));
    }

    @Override
    public InstallSnapshotReplyProto installSnapshot(InstallSnapshotRequestProto request) throws IOException {
        return InstallSnapshotReplyProto.parseFrom(
                call(PeerMethod.INSTALL, request.getServerRequest(), request.toByteArray(), INSTALL_PATIENCE));
    }

    @Override
    public StartLeaderElectionReplyProto startLeaderElection(StartLeaderElectionRequestProto request)
            throws IOException {
        return StartLeaderElectionReplyProto.parseFrom(
                call(PeerMethod.ELECT, request.getServerRequest(), request.toByteArray(), patience));
    }

    private byte[] call(PeerMethod method, RaftRpcRequestProto header, byte[] body, Duration limit) throws IOException {
        if (body.length > QuorumTransport.MAX_BODY) {
            throw new IOException("a call between masters has " + body.length + " bytes: " + QuorumTransport.MAX_BODY
                    + " are allowed");
        }
        NodeId peer = NodeId.parse(RaftPeerId.valueOf(header.getReplyId()).toString());
        try {
            byte[] answer = transport.call(peer, method.word(), body, limit);
            trouble.answered(peer);
            return answer;
        } catch (IOException e) {
            trouble.failed(peer, e);
            throw e;
        }
    }

    /**
     * Serves a call of a peer. What the answer says, such as a vote, is on stable storage first.
     * Refuses a call for another node (rule 13).
     */
    static byte[] serve(RaftServer server, DurableNames names, LogRecovery logRecovery, PeerMethod method, byte[] body)
            throws IOException {
        byte[] answer = serve(server, logRecovery, method, body);
        names.force();
        return answer;
    }

    private static byte[] serve(RaftServer server, LogRecovery logRecovery, PeerMethod method, byte[] body)
            throws IOException {
        return switch (method) {
            case VOTE -> {
                RequestVoteRequestProto request = RequestVoteRequestProto.parseFrom(body);
                checkMeant(server, request.getServerRequest());
                logRecovery.checkVotes(
                        TermIndex.valueOf(request.getCandidateLastEntry()),
                        request.getCandidateTerm(),
                        request.getPreVote());
                yield server.requestVote(request).toByteArray();
            }
            case APPEND -> {
                AppendEntriesRequestProto request = AppendEntriesRequestProto.parseFrom(body);
                checkMeant(server, request.getServerRequest());
                logRecovery.checkFollows(caller(request.getServerRequest()), request.getLeaderTerm());
                yield server.appendEntries(request).toByteArray();
            }
            case INSTALL -> {
                InstallSnapshotRequestProto request = InstallSnapshotRequestProto.parseFrom(body);
                checkMeant(server, request.getServerRequest());
                logRecovery.checkFollows(caller(request.getServerRequest()), request.getLeaderTerm());
                logRecovery.fed();
                yield ScopedValue.where(
                                NamespaceStateMachine.ARRIVING,
                                request.getSnapshotChunk().getRequestId())
                        .call(() -> server.installSnapshot(request))
                        .toByteArray();
            }
            case ELECT -> {
                StartLeaderElectionRequestProto request = StartLeaderElectionRequestProto.parseFrom(body);
                checkMeant(server, request.getServerRequest());
                logRecovery.checkSpeaks();
                yield server.startLeaderElection(request).toByteArray();
            }
            case CONFIRM, RECALL -> throw new IOException("not a call of Ratis: " + method);
        };
    }

    private static NodeId caller(RaftRpcRequestProto header) {
        return NodeId.parse(RaftPeerId.valueOf(header.getRequestorId()).toString());
    }

    private static void checkMeant(RaftServer server, RaftRpcRequestProto header) throws IOException {
        RaftPeerId meant = RaftPeerId.valueOf(header.getReplyId());
        if (!server.getId().equals(meant)) {
            throw new IOException("a call meant for " + meant + " reached " + server.getId());
        }
    }

    @Override
    public @Nullable InetSocketAddress getInetSocketAddress() {
        return null;
    }

    @Override
    public void addRaftPeers(Collection<RaftPeer> peers) {}

    @Override
    public void handleException(RaftPeerId peer, Exception failure, boolean reconnect) {}

    @Override
    public void start() {}

    @Override
    public void close() {}
}
