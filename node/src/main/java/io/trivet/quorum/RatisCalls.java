package io.trivet.quorum;

import io.trivet.model.NodeId;
import io.trivet.model.Outcome;
import io.trivet.model.Refusal;
import io.trivet.model.Refusal.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.LeaderSteppingDownException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.protocol.exceptions.ReconfigurationInProgressException;
import org.apache.ratis.protocol.exceptions.ResourceUnavailableException;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;

/**
 * This node's requests to its own Ratis server in the same process, and the meaning of the replies.
 * No future fails.
 */
final class RatisCalls {
    /** A checkpoint forces what is in memory to disk. */
    private static final Duration CHECKPOINT_LIMIT = Duration.ofMinutes(10);

    /** A new voter counts once it has the leader's checkpoint, which may have many gigabytes. */
    private static final Duration ARRIVAL_LIMIT = Duration.ofMinutes(30);

    private final RaftServer server;
    private final RaftGroupId group;
    private final Duration deadline;
    private final Executor telling;
    private final ClientId client = ClientId.randomId();
    private final AtomicLong calls = new AtomicLong(1);

    /**
     * @param telling runs what follows a change of the voters, because Ratis completes its replies
     *     while it holds its own lock
     */
    RatisCalls(RaftServer server, RaftGroupId group, Duration deadline, Executor telling) {
        this.telling = telling;
        this.server = server;
        this.group = group;
        this.deadline = deadline;
    }

    /** A node as Ratis knows it: by name; only the transport knows its address. */
    static RaftPeer peer(NodeId node) {
        return RaftPeer.newBuilder().setId(node.toString()).build();
    }

    /** Appends an entry. {@code others} is the leader, if this node does not lead. */
    CompletableFuture<ProposalBatcher.Result> write(LogEntryCodec.Entry entry, Supplier<Optional<NodeId>> others) {
        RaftClientRequest request = RaftClientRequest.newBuilder()
                .setClientId(client)
                .setServerId(server.getId())
                .setGroupId(group)
                .setCallId(calls.getAndIncrement())
                .setMessage(entry)
                .setType(RaftClientRequest.writeRequestType())
                .build();
        return reply(() -> server.submitClientRequestAsync(request))
                .handle((reply, failure) -> written(entry, reply, failure, others));
    }

    private static ProposalBatcher.Result written(
            LogEntryCodec.Entry entry,
            @Nullable RaftClientReply reply,
            @Nullable Throwable failure,
            Supplier<Optional<NodeId>> others) {
        Throwable cause = reply == null ? unwrap(failure) : reply.getException();
        if (reply != null && reply.isSuccess() && reply.getMessage() instanceof LogEntryCodec.Results results) {
            return new ProposalBatcher.Result.Applied(results.outcomes());
        }
        return new ProposalBatcher.Result.Failed(
                entry.proposed()
                        ? QuorumErrors.unknown("the leader was lost before it heard of a majority")
                        : notProposed(cause, others));
    }

    /** The entry never reached the log. */
    private static Refusal notProposed(@Nullable Throwable cause, Supplier<Optional<NodeId>> others) {
        return switch (cause) {
            case NotLeaderException _, LeaderSteppingDownException _, LeaderNotReadyException _ ->
                QuorumErrors.elsewhere(others.get());
            case ResourceUnavailableException _ ->
                new Refusal(Kind.BUSY, "", "the log is behind; try again in a moment");
            case null, default -> QuorumErrors.noQuorum("the log takes no entries: " + text(cause));
        };
    }

    /**
     * Adds one voter after the other, then removes the rest, so that consecutive steps have
     * overlapping majorities.
     */
    CompletableFuture<Outcome> seat(Set<NodeId> now, Set<NodeId> wanted) {
        List<Set<NodeId>> steps = new ArrayList<>();
        Set<NodeId> growing = new TreeSet<>(now);
        for (NodeId node : new TreeSet<>(wanted)) {
            if (growing.add(node)) {
                steps.add(Set.copyOf(growing));
            }
        }
        int arrivals = steps.size();
        if (steps.isEmpty() || !growing.equals(wanted)) {
            steps.add(Set.copyOf(wanted));
        }
        CompletableFuture<Outcome> done = CompletableFuture.completedFuture(new Outcome.Done());
        for (int i = 0; i < steps.size(); i++) {
            Set<NodeId> step = steps.get(i);
            Duration limit = i < arrivals ? ARRIVAL_LIMIT : deadline;
            done = done.thenComposeAsync(
                    before -> before instanceof Outcome.Refused
                            ? CompletableFuture.completedFuture(before)
                            : configure(step, limit),
                    telling);
        }
        return done;
    }

    private CompletableFuture<Outcome> configure(Collection<NodeId> voters, Duration limit) {
        List<RaftPeer> peers = voters.stream().sorted().map(RatisCalls::peer).toList();
        SetConfigurationRequest request =
                new SetConfigurationRequest(client, server.getId(), group, calls.getAndIncrement(), peers);
        return changed(() -> server.setConfigurationAsync(request), limit);
    }

    CompletableFuture<Outcome> handOver(NodeId next) {
        TransferLeadershipRequest request = new TransferLeadershipRequest(
                client,
                server.getId(),
                group,
                calls.getAndIncrement(),
                RaftPeerId.valueOf(next.toString()),
                deadline.toMillis());
        return changed(() -> server.transferLeadershipAsync(request), deadline);
    }

    /**
     * Has Ratis take a checkpoint and purge the log behind it. A failure is only in Ratis's log,
     * and the entries stay until the next checkpoint.
     */
    void takeCheckpoint() {
        SnapshotManagementRequest request = SnapshotManagementRequest.newCreate(
                client, server.getId(), group, calls.getAndIncrement(), CHECKPOINT_LIMIT.toMillis(), 1);
        var _ = reply(() -> server.snapshotManagementAsync(request));
    }

    private CompletableFuture<Outcome> changed(Call call, Duration limit) {
        return reply(call)
                .handleAsync(RatisCalls::changeOf, telling)
                .completeOnTimeout(
                        new Outcome.Refused(QuorumErrors.unknown("the change goes on")),
                        limit.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private static Outcome changeOf(@Nullable RaftClientReply reply, @Nullable Throwable failure) {
        if (reply != null && reply.isSuccess()) {
            return new Outcome.Done();
        }
        Throwable cause = reply == null ? unwrap(failure) : reply.getException();
        return new Outcome.Refused(
                switch (cause) {
                    case ReconfigurationInProgressException _ ->
                        new Refusal(Kind.BUSY, "", "another change of the voters is under way");
                    case NotLeaderException _, LeaderNotReadyException _ -> QuorumErrors.elsewhere(Optional.empty());
                    case null, default -> QuorumErrors.unknown("the change did not end well: " + text(cause));
                });
    }

    private interface Call {
        CompletableFuture<RaftClientReply> start() throws IOException;
    }

    private static CompletableFuture<RaftClientReply> reply(Call call) {
        try {
            return call.start();
        } catch (IOException | RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static @Nullable Throwable unwrap(@Nullable Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static String text(@Nullable Throwable cause) {
        return cause == null ? "no reason was given" : Objects.toString(cause.getMessage(), cause.toString());
    }
}
