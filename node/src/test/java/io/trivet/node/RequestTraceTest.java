package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.model.Address;
import io.trivet.model.ChunkSize;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import io.trivet.wire.Connector;
import io.trivet.wire.credentials.JoinProof;
import io.trivet.wire.credentials.JoinToken;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import io.trivet.wire.protocol.RequestId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * One id connects a request's lines in the logs of all nodes; and a node reports what it sees of a
 * server that asks.
 */
class RequestTraceTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final RemotePath FILE = RemotePath.parse("/a");

    @TempDir
    Path base;

    private final Logger logger = (Logger) LoggerFactory.getLogger(RequestLog.NAME);
    private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            event.prepareForDeferredProcessing();
            events.add(event);
        }
    };

    @BeforeEach
    void listen() {
        logger.setLevel(Level.DEBUG);
        logger.setAdditive(false);
        logger.addAppender(appender);
        appender.start();
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(appender);
        logger.setLevel(null);
        logger.setAdditive(true);
    }

    private List<ILoggingEvent> of(RequestId id) {
        return events.stream()
                .filter(event -> id.toString().equals(event.getMDCPropertyMap().get(RequestId.LOG_KEY)))
                .toList();
    }

    private static Set<String> nodes(List<ILoggingEvent> events, String kind) {
        return events.stream()
                .filter(event -> event.getFormattedMessage().contains("kind=" + kind))
                .map(event -> event.getThreadName().replaceAll("-.*", ""))
                .collect(Collectors.toSet());
    }

    @Test
    void oneIdFollowsASaveDownTheChainAndToTheLeader() throws IOException {
        try (LocalCluster cluster = LocalCluster.start(base, 2, new ChunkSize(ChunkSize.BLOCK_BYTES));
                TrivetClient client = cluster.client()) {
            Path source = Files.write(base.resolve("a"), new byte[3 * ChunkSize.BLOCK_BYTES]);
            RequestId saving = RequestId.random();
            try (RequestId.Scope _ = RequestId.within(saving)) {
                client.save(source, FILE, Progress.NONE);
            }
            LocalCluster.await(
                    "both nodes said that they stored",
                    () -> nodes(of(saving), "StoreChunk").equals(Set.of("n0", "n1")));
            assertThat(of(saving).stream()
                            .filter(event -> event.getFormattedMessage().contains("kind=StoreChunk")))
                    .as("each chunk at the first node and, forwarded by it, at the second")
                    .hasSize(6);
            assertThat(nodes(of(saving), "Submit.Commit")).hasSize(1);
        }
    }

    @Test
    void whatIsRefusedIsSaidUnderTheIdOfWhoAsked() throws IOException {
        try (LocalCluster cluster = LocalCluster.start(base, 1, ChunkSize.DEFAULT);
                TrivetClient client = cluster.client()) {
            RequestId asking = RequestId.random();
            try (RequestId.Scope _ = RequestId.within(asking)) {
                assertThatThrownBy(() -> client.stat(RemotePath.parse("/nothing")))
                        .isInstanceOf(TrivetException.class);
            }
            assertThat(of(asking))
                    .filteredOn(event -> event.getLevel() == Level.INFO)
                    .singleElement()
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .asString()
                    .startsWith("refused kind=Ask.Lookup refusal=NO_SUCH_FILE");
        }
    }

    @Test
    void aNodeTriesOnlyTheServerThatAsks() throws IOException {
        try (LocalCluster cluster = LocalCluster.start(base, 1, ChunkSize.DEFAULT);
                Connector stranger = cluster.connector();
                Connector connector = cluster.connectorAs(new NodeId(0))) {
            Address node = cluster.addresses().getFirst();
            assertThatThrownBy(() -> examine(stranger, node, node)).hasMessageContaining("open join token");
            JoinToken token = JoinToken.parse(cluster.node(new NodeId(0)).issueToken(Duration.ofMinutes(1), 1));
            assertThat(stranger.call(
                            node,
                            LIMIT,
                            channel -> new RequestEnvelope(
                                    null, new Request.Examine(node), JoinProof.toExamine(token, channel))))
                    .isInstanceOfSatisfying(
                            Reply.Examined.class,
                            seen -> assertThat(seen.reached()).isTrue());
            Instant before = Instant.now().minusMillis(1);
            Reply.Examined itself = examine(connector, node, node);
            assertThat(itself.reached()).as(itself.reason()).isTrue();
            assertThat(itself.seenFrom()).isEqualTo("127.0.0.1");
            assertThat(itself.now()).isBetween(before, Instant.now());

            Reply.Examined closed = examine(connector, node, LocalCluster.freeAddress());
            assertThat(closed.reached()).isFalse();
            assertThat(closed.reason()).contains("no connection to 127.0.0.1");

            Reply.Examined foreign = examine(connector, node, new Address("127.0.0.2", node.port()));
            assertThat(foreign.reached()).isFalse();
            assertThat(foreign.reason()).contains("the request came from 127.0.0.1");
        }
    }

    private static Reply.Examined examine(Connector connector, Address node, Address asked) {
        return (Reply.Examined) connector.call(node, RequestEnvelope.toAny(new Request.Examine(asked)), LIMIT);
    }
}
