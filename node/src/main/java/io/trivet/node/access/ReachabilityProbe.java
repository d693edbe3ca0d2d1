package io.trivet.node.access;

import io.trivet.model.Address;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.Connector;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Checks whether this node can reach a server that asks for it. The probe connects only to the IP
 * address that the request came from, whatever name the request gives, so that it cannot be used to
 * scan other servers. A name server that does not answer blocks {@link #AT_ONCE} threads and
 * nothing else. Any thread.
 */
public final class ReachabilityProbe implements AutoCloseable {
    static final int AT_ONCE = 2;

    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final int MAX_ADDRESSES = 16;

    /** Shorter than the caller's timeout of six seconds. */
    private final Duration deadline;

    private final ThreadPoolExecutor threads;

    public ReachabilityProbe(String name) {
        this(name, Duration.ofSeconds(5));
    }

    ReachabilityProbe(String name, Duration deadline) {
        this.deadline = deadline;
        this.threads = new ThreadPoolExecutor(
                0,
                AT_ONCE,
                1,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                task -> Thread.ofPlatform().daemon().name(name + "-examine").unstarted(task));
    }

    /** Throws {@code BUSY} while {@link #AT_ONCE} probes are in progress. */
    public Reply.Examined of(Request.Examine examine, Address caller) {
        return bounded(examine.address().host(), caller, () -> examined(examine, caller));
    }

    Reply.Examined bounded(String host, Address caller, Callable<Reply.Examined> examination) {
        try {
            return threads.submit(examination).get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            throw new TrivetException(new Refusal(Refusal.Kind.BUSY, "", "busy checking other servers: try again"), e);
        } catch (TimeoutException _) {
            return new Reply.Examined(
                    Instant.now(), caller.host(), List.of(), false, "looking up " + host + " timed out");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TrivetException(new Refusal(Refusal.Kind.BUSY, "", "this node is stopping"), e);
        }
    }

    @Override
    public void close() {
        threads.shutdown();
    }

    private static Reply.Examined examined(Request.Examine examine, Address caller) {
        Address asked = examine.address();
        List<String> resolved = resolved(asked.host());
        String reason = "";
        if (resolved.isEmpty()) {
            reason = "cannot resolve " + asked.host() + ": check DNS or /etc/hosts";
        } else if (!resolved.contains(caller.host())) {
            reason = asked.host() + " stands for " + String.join(", ", resolved) + " here, but the request came from "
                    + caller.host();
        } else {
            reason = reach(new InetSocketAddress(caller.host(), asked.port()));
        }
        return new Reply.Examined(Instant.now(), caller.host(), resolved, reason.isEmpty(), reason);
    }

    private static List<String> resolved(String host) {
        try {
            return Arrays.stream(InetAddress.getAllByName(host))
                    .limit(MAX_ADDRESSES)
                    .map(InetAddress::getHostAddress)
                    .toList();
        } catch (UnknownHostException _) {
            return List.of();
        }
    }

    private static String reach(InetSocketAddress address) {
        try {
            Connector.reach(address, LIMIT);
            return "";
        } catch (IOException e) {
            return "no connection to " + address.getAddress().getHostAddress() + " port " + address.getPort() + ": "
                    + e.getMessage();
        }
    }
}
