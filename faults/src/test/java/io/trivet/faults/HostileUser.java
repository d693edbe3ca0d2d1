package io.trivet.faults;

import io.trivet.client.Account;
import io.trivet.model.Address;
import io.trivet.model.CallerIdentity;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkSize;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.SessionId;
import io.trivet.model.Sha256;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import io.trivet.wire.BlockSums;
import io.trivet.wire.Connection;
import io.trivet.wire.Connector;
import io.trivet.wire.LoginHandshake;
import io.trivet.wire.TransportSecurity;
import io.trivet.wire.credentials.TrustSettings;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A user with a valid account that sends what no client of this program would: it speaks the
 * protocol itself. Any thread.
 */
final class HostileUser implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Connector connector;
    private final Connector stores;
    private final Address leader;
    private final SessionId session;
    private final AtomicLong sequence = new AtomicLong();

    HostileUser(TrustSettings trust, Account account, Address leader) {
        this.connector = new Connector(account.accessKey(), null, TransportSecurity.of(trust));
        this.stores = new Connector(account.accessKey() + "-stores", null, TransportSecurity.of(trust));
        this.leader = leader;
        connector.introduceAs(
                new LoginHandshake(new CallerIdentity.OfUser(account.accessKey(), 0), account.secret()::bytes), true);
        this.session = ((Outcome.SessionOpened) submit(new Command.OpenSession())).session();
    }

    /** A reservation, with the token for its chunks. */
    record Open(FileId file, Slot first, byte[] token) {}

    private Reply call(Request request) {
        return connector.call(leader, RequestEnvelope.toAny(request), LIMIT);
    }

    /** Outside any session; throws {@link TrivetException} if it is refused. */
    Outcome submit(Command command) {
        return outcome(call(new Request.Submit(Operation.unnumbered(command))));
    }

    /** As the next operation of its session; throws {@link TrivetException} if it is refused. */
    synchronized Outcome next(Command command) {
        return outcome(call(new Request.Submit(numbered(command))));
    }

    private Operation numbered(Command command) {
        long number = sequence.incrementAndGet();
        return new Operation(session, number, number, command);
    }

    private static Outcome outcome(Reply reply) {
        Reply told = reply instanceof Reply.WithToken with ? with.reply() : reply;
        Outcome outcome = ((Reply.OutcomeOf) told).outcome();
        if (outcome instanceof Outcome.Refused(var refusal)) {
            throw new TrivetException(refusal);
        }
        return outcome;
    }

    synchronized Open reserve(int count) {
        Reply.WithToken reply = (Reply.WithToken) call(new Request.Submit(numbered(new Command.Reserve(count, -1))));
        Outcome.Reserved reserved = (Outcome.Reserved) ((Reply.OutcomeOf) reply.reply()).outcome();
        return new Open(reserved.start(), reserved.first(), reply.token());
    }

    QueryResult.Trash trash() {
        Reply reply = call(new Request.Ask(new Query.Trash(new FileId(1, 1), Query.MAX_PAGE)));
        Reply told = reply instanceof Reply.WithToken with ? with.reply() : reply;
        QueryResult result = ((Reply.AnswerOf) told).queryResult();
        if (result instanceof QueryResult.Refused(var refusal)) {
            throw new TrivetException(refusal);
        }
        return (QueryResult.Trash) result;
    }

    /** Begins to store a chunk at a node; none of its bytes are sent. The caller closes it. */
    Connection beginChunk(NodeId node, Address address, Open open, int number, ChunkSize size, RemotePath path)
            throws IOException {
        Connection connection = stores.take(address, LIMIT);
        connection.timeout(LIMIT);
        Request.StoreChunk store = new Request.StoreChunk(
                new ChunkId(open.file(), number), open.first(), size, size.bytes(), false, path, List.of(), 0);
        connection.send(new RequestEnvelope(node, store, open.token()));
        return connection;
    }

    /** Stores a file's only chunk of these bytes. */
    Reply.Stored store(NodeId node, Address address, Open open, ChunkSize size, RemotePath path, byte[] bytes)
            throws IOException {
        ByteBuffer content = ByteBuffer.wrap(bytes);
        int[] sums = BlockSums.checksums(content);
        Connection connection = stores.take(address, LIMIT);
        try {
            Request.StoreChunk store = new Request.StoreChunk(
                    new ChunkId(open.file(), 1), open.first(), size, bytes.length, true, path, List.of(), 0);
            connection.sendWhole(
                    new RequestEnvelope(node, store, open.token()), content, sums, sums[0], Sha256.of(bytes));
            return (Reply.Stored) connection.receive().message();
        } finally {
            connection.close();
        }
    }

    /**
     * Does this so many times at once, as far as the attempts are refused with an answer; returns
     * the refusals.
     */
    static List<Refusal> atOnce(int callers, Callable<?> attempt) {
        List<Refusal> refusals = new ArrayList<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Optional<Refusal>>> all = new ArrayList<>();
            for (int caller = 0; caller < callers; caller++) {
                all.add(executor.submit(() -> refusal(attempt)));
            }
            for (Future<Optional<Refusal>> each : all) {
                each.get().ifPresent(refusals::add);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        }
        return refusals;
    }

    /** Why it was refused; empty if it was not. */
    static Optional<Refusal> refusal(Callable<?> attempt) throws Exception {
        try {
            attempt.call();
            return Optional.empty();
        } catch (TrivetException e) {
            return Optional.of(e.refusal());
        }
    }

    @Override
    public void close() {
        connector.close();
        stores.close();
    }
}
