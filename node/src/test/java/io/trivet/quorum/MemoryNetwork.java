package io.trivet.quorum;

import io.trivet.model.NodeId;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Masters in one process that call each other directly; each can be cut off. */
final class MemoryNetwork {
    private final Map<NodeId, RatisQuorum> nodes = new ConcurrentHashMap<>();
    private final Set<NodeId> cutOff = ConcurrentHashMap.newKeySet();
    private final Set<NodeId> hung = ConcurrentHashMap.newKeySet();
    private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    private final AtomicInteger largestBody = new AtomicInteger();

    QuorumTransport of(NodeId caller) {
        return (peer, method, request, deadline) -> call(caller, peer, method, request, deadline);
    }

    private byte[] call(NodeId caller, NodeId peer, String method, byte[] request, Duration deadline)
            throws IOException {
        RatisQuorum called = nodes.get(peer);
        if (called == null || cutOff.contains(caller) || cutOff.contains(peer)) {
            throw new IOException(peer + " cannot be reached from " + caller);
        }
        calls.computeIfAbsent(method, m -> new AtomicInteger()).incrementAndGet();
        calls.computeIfAbsent(method + peer, m -> new AtomicInteger()).incrementAndGet();
        if (hung.contains(peer)) {
            throw silence(peer, deadline);
        }
        largestBody.accumulateAndGet(request.length, Math::max);
        byte[] answer = called.receive(method, request);
        if (cutOff.contains(caller) || cutOff.contains(peer)) {
            throw new IOException("the answer of " + peer + " was lost");
        }
        return answer;
    }

    private static IOException silence(NodeId peer, Duration deadline) throws IOException {
        try {
            Thread.sleep(deadline);
            return new IOException(peer + " did not answer in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** Makes the node take calls and answer none. */
    void hang(NodeId node) {
        hung.add(node);
    }

    void add(NodeId node, RatisQuorum quorum) {
        nodes.put(node, quorum);
    }

    void remove(NodeId node) {
        nodes.remove(node);
    }

    void cutOff(NodeId node) {
        cutOff.add(node);
    }

    void reconnect(NodeId node) {
        cutOff.remove(node);
    }

    int calls(String method) {
        return calls.getOrDefault(method, new AtomicInteger()).get();
    }

    int callsTo(NodeId peer, String method) {
        return calls(method + peer);
    }

    int largestBody() {
        return largestBody.get();
    }
}
