package io.trivet.node.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.Address;
import io.trivet.model.ChunkId;
import io.trivet.model.ClusterId;
import io.trivet.model.FileId;
import io.trivet.model.Refusal;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import io.trivet.node.LocalCluster;
import io.trivet.wire.Acceptor;
import io.trivet.wire.BlockSums;
import io.trivet.wire.Connection;
import io.trivet.wire.Connector;
import io.trivet.wire.TransportSecurity;
import io.trivet.wire.credentials.TrustSettings;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** No user blocks others, and a slow user is tolerated while no other waits. */
@Timeout(60)
final class TransferAdmissionTest {
    private static final int PLACES = 4;
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final TransportSecurity PLAIN = TransportSecurity.of(new TrustSettings.Plaintext());

    private final TransferAdmission budget = new TransferAdmission(PLACES);
    private final AtomicInteger evicted = new AtomicInteger();
    private final ConcurrentLinkedQueue<Long> begun = new ConcurrentLinkedQueue<>();
    private final List<Connection> callers = new ArrayList<>();
    private Address address;
    private Acceptor acceptor;
    private Connector connector;

    @BeforeEach
    void listen() throws IOException {
        address = LocalCluster.freeAddress();
        acceptor = new Acceptor("places", address, new ClusterId(UUID.randomUUID()), PLAIN, this::takeAPlace, 100);
        acceptor.start();
        connector = new Connector("test", null, PLAIN);
    }

    @AfterEach
    void close() throws IOException {
        callers.forEach(Connection::close);
        connector.close();
        acceptor.close();
    }

    /** Like a node for a chunk: holds a place as long as pieces come. */
    private void takeAPlace(Connection connection, Connection.Incoming<RequestEnvelope> incoming) throws IOException {
        if (incoming.message().request() instanceof Request.GetView) {
            connection.send(new Reply.Done()); // the answer to a probe that it is alive
            return;
        }
        try (TransferAdmission.Place _ = budget.take("mallory", connection, LONG)) {
            begun.add(System.nanoTime());
            connection.timeout(LONG);
            ByteBuffer buffer = ByteBuffer.allocate(Connection.PIECE_BYTES);
            while (true) {
                connection.receivePiece(buffer);
            }
        } catch (IOException e) {
            evicted.incrementAndGet();
            throw e;
        }
    }

    private void fill() {
        fill(PLACES);
    }

    private void fill(int places) {
        for (int number = 0; number < places; number++) {
            Connection caller = connector.take(address, LONG);
            callers.add(caller);
            try {
                caller.send(RequestEnvelope.toAny(
                        new Request.HasChunk(new Slot(0), List.of(new ChunkId(new FileId(1, 1), 1)))));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
        LocalCluster.await("all places are taken", () -> begun.size() == places);
    }

    @Test
    void whoIsSlowGoesWhenSomebodyElseWaits() {
        fill();
        long begin = System.nanoTime();
        try (TransferAdmission.Place _ = budget.take("alice", null, LONG)) {
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(SOON);
        }
        LocalCluster.await("one has gone", () -> evicted.get() == 1);
    }

    @Test
    void whoIsSlowStaysWhileNobodyElseWaits() {
        fill();
        assertThatThrownBy(() -> budget.take("mallory", null, Duration.ofSeconds(3)))
                .isInstanceOfSatisfying(
                        TrivetException.class, e -> assertThat(e.kind()).isEqualTo(Refusal.Kind.BUSY));
        assertThat(evicted).hasValue(0);
    }

    /** Faster than the limit for slow callers, though far below the speed of the line. */
    @Test
    void whoIsNotSlowStaysForWhomHasAPlace() {
        TransferAdmission.Place own = budget.take("alice", null, LONG);
        fill(PLACES - 1);
        CompletableFuture<Void> waits = waitingForAlice();
        sendFor(Duration.ofSeconds(4), waits);
        assertThat(evicted).hasValue(0);
        assertThat(waits).isNotDone();
        own.close();
        waits.join();
    }

    /** Many connections at a rate that is tolerated would keep others out for as long as they like. */
    @Test
    void whoHasNoneGetsAPlaceFromWhomHasMany() {
        fill();
        CompletableFuture<Void> waits = waitingForAlice();
        sendFor(SOON, waits);
        waits.join();
        LocalCluster.await("one has gone", () -> evicted.get() == 1);
    }

    private CompletableFuture<Void> waitingForAlice() {
        return CompletableFuture.runAsync(
                () -> {
                    try (TransferAdmission.Place _ = budget.take("alice", null, LONG)) {
                        assertThat(budget.underWay()).isEqualTo(PLACES);
                    }
                },
                task -> Thread.ofPlatform().daemon().start(task));
    }

    /** At ten times the rate of a slow caller, until it is done. */
    private void sendFor(Duration time, CompletableFuture<Void> until) {
        long end = System.nanoTime() + time.toNanos();
        int[] sums = BlockSums.checksums(ByteBuffer.allocate(64 << 10));
        while (System.nanoTime() - end < 0 && !until.isDone()) {
            for (Connection caller : callers) {
                try {
                    caller.sendPiece(ByteBuffer.allocate(64 << 10), sums);
                } catch (IOException _) {
                    continue; // it was ended
                }
            }
            LockSupport.parkNanos(100_000_000);
        }
    }

    /** Of two waiting users the one with fewer places is first, whichever came first. */
    @Test
    void aPlaceGoesToWhoHasTheFewest() {
        List<TransferAdmission.Place> held = new ArrayList<>();
        for (int number = 0; number < PLACES; number++) {
            held.add(budget.take("mallory", null, LONG));
        }
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        CompletableFuture<TransferAdmission.Place> mallory = waiting("mallory", order);
        CompletableFuture<TransferAdmission.Place> alice = waiting("alice", order);
        LocalCluster.await("both wait", () -> budget.waiting() == 2);
        held.removeFirst().close();
        alice.join();
        assertThat(order).containsExactly("alice");
        held.removeFirst().close();
        mallory.join();
    }

    private CompletableFuture<TransferAdmission.Place> waiting(String account, List<String> order) {
        return CompletableFuture.supplyAsync(
                () -> {
                    TransferAdmission.Place place = budget.take(account, null, LONG);
                    order.add(account);
                    return place;
                },
                task -> Thread.ofPlatform().daemon().start(task));
    }

    @Test
    void noMoreOfOneWaitThanThereArePlaces() {
        for (int number = 0; number < PLACES; number++) {
            budget.take("mallory", null, LONG);
        }
        for (int number = 0; number < PLACES; number++) {
            waiting("mallory", new ArrayList<>());
        }
        LocalCluster.await("they wait", () -> budget.waiting() == PLACES);
        assertThatThrownBy(() -> budget.take("mallory", null, LONG)).hasMessageContaining("too many transfers");
    }

    /** It has no connection that could be closed. */
    @Test
    void aNodesOwnWorkStays() {
        for (int number = 0; number < PLACES; number++) {
            budget.take("itself", null, LONG);
        }
        assertThatThrownBy(() -> budget.take("alice", null, Duration.ofSeconds(2)))
                .hasMessageContaining("too many transfers");
    }
}
