package io.trivet.wire.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.trivet.message.CommandCodec;
import io.trivet.message.StateCodec;
import io.trivet.message.StateMessages;
import io.trivet.message.WireMessages;
import io.trivet.model.Address;
import io.trivet.model.CallerIdentity;
import io.trivet.model.Command;
import io.trivet.model.Operation;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.Connector;
import io.trivet.wire.GoldenBytes;
import io.trivet.wire.Preface;
import io.trivet.wire.Samples;
import io.trivet.wire.TransportSecurity;
import io.trivet.wire.credentials.ChannelBinding;
import io.trivet.wire.credentials.TrustSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Formats on the wire and on disk are stable: a release reads what earlier ones wrote, and refuses
 * what a later one wrote, with a clear message.
 */
class GoldenBytesTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final GoldenBytes golden;

    GoldenBytesTest() throws IOException {
        golden = new GoldenBytes();
    }

    private static String name(String prefix, Object sample) {
        return prefix + "." + sample.getClass().getSimpleName();
    }

    private static void everyKindIsThere(Class<?> sealed, List<?> samples) {
        Set<Class<?>> there = samples.stream().map(Object::getClass).collect(Collectors.toSet());
        assertThat(there).as("samples of " + sealed.getSimpleName()).contains(sealed.getPermittedSubclasses());
    }

    private static <T> List<T> all(List<T> some, List<T> others) {
        return Stream.concat(some.stream(), others.stream()).toList();
    }

    @Test
    void requestsKeepTheirBytes() throws IOException {
        everyKindIsThere(Request.class, all(Samples.requests(), Samples.requestsWithArrays()));
        for (Request request : Samples.requests()) {
            RequestEnvelope requestEnvelope = new RequestEnvelope(Samples.N2, request);
            byte[] kept = golden.same(
                    name("request", request), WireCodec.to(requestEnvelope).toByteArray());
            assertThat(WireCodec.request(kept)).isEqualTo(requestEnvelope);
        }
        for (Request request : Samples.requestsWithArrays()) {
            byte[] bytes =
                    WireCodec.to(new RequestEnvelope(Samples.N2, request)).toByteArray();
            byte[] kept = golden.same(name("request", request), bytes);
            assertThat(WireCodec.to(WireCodec.request(kept)).toByteArray()).isEqualTo(bytes);
        }
        golden.requireAll();
    }

    /** Of a node that acts for a user. */
    @Test
    void aLoginOfADelegateKeepsItsBytes() throws IOException {
        byte[] some = new byte[Request.NONCE_BYTES];
        CallerIdentity.OfUser who =
                new CallerIdentity.OfUser("ada", 0, new CallerIdentity.Delegate(Samples.N2, 1_700_000_000_000L));
        Request login = new Request.LogIn(who, some, some, ChannelBinding.EXPORTER);
        byte[] bytes = WireCodec.to(new RequestEnvelope(Samples.N2, login)).toByteArray();
        byte[] kept = golden.same("request.LogInOfADelegate", bytes);
        assertThat(((Request.LogIn) WireCodec.request(kept).request()).who()).isEqualTo(who);
        golden.requireAll();
    }

    /** Of a client on Java 21; without the field it is that of all clients before. */
    @Test
    void aLoginThatIsBoundToACertificateKeepsItsBytes() throws IOException {
        byte[] some = new byte[Request.NONCE_BYTES];
        Request login =
                new Request.LogIn(new CallerIdentity.OfUser("ada", 0), some, some, ChannelBinding.SERVER_END_POINT);
        byte[] bytes = WireCodec.to(new RequestEnvelope(Samples.N2, login)).toByteArray();
        byte[] kept = golden.same("request.LogInByCertificate", bytes);
        assertThat(((Request.LogIn) WireCodec.request(kept).request()).binding())
                .isEqualTo(ChannelBinding.SERVER_END_POINT);
        golden.requireAll();
    }

    @Test
    void repliesKeepTheirBytes() throws IOException {
        everyKindIsThere(Reply.class, all(Samples.replies(), Samples.repliesWithArrays()));
        for (Reply reply : Samples.replies()) {
            byte[] kept = golden.same(name("reply", reply), WireCodec.to(reply).toByteArray());
            assertThat(WireCodec.reply(kept)).isEqualTo(reply);
        }
        for (Reply reply : Samples.repliesWithArrays()) {
            byte[] bytes = WireCodec.to(reply).toByteArray();
            byte[] kept = golden.same(name("reply", reply), bytes);
            assertThat(WireCodec.to(WireCodec.reply(kept)).toByteArray()).isEqualTo(bytes);
        }
        golden.requireAll();
    }

    /** An entry of the log with one operation of each kind. */
    @Test
    void entriesOfTheLogKeepTheirBytes() throws IOException {
        everyKindIsThere(Command.class, all(Samples.commands(), Samples.commandsWithArrays()));
        for (Command command : Samples.commands()) {
            // A layout has thousands of numbers: a digest stands for its bytes.
            byte[] bytes = entry(command).toByteArray();
            golden.same(name("entry", command), bytes.length > 1000 ? digest(bytes) : bytes);
            StateMessages.Operation read = StateMessages.Batch.parseFrom(bytes).getOperations(0);
            assertThat(CommandCodec.from(read).command()).isEqualTo(command);
        }
        for (Map.Entry<String, Command> newer : Samples.newerForms().entrySet()) {
            byte[] bytes = entry(newer.getValue()).toByteArray();
            golden.same(newer.getKey(), bytes);
            StateMessages.Operation read = StateMessages.Batch.parseFrom(bytes).getOperations(0);
            assertThat(CommandCodec.from(read).command()).isEqualTo(newer.getValue());
        }
        for (Command command : Samples.commandsWithArrays()) {
            golden.same(name("entry", command), entry(command).toByteArray());
        }
        golden.same(
                "entry.OpenSession.ofUser",
                entry(new Command.OpenSession("ada")).toByteArray());
        golden.requireAll();
    }

    private static StateMessages.Batch entry(Command command) {
        Operation operation = new Operation(new io.trivet.model.SessionId(8), 3, 2, command);
        return StateMessages.Batch.newBuilder()
                .setVersion(1)
                .setTimeMs(Samples.TIME.toEpochMilli())
                .addOperations(CommandCodec.to(operation))
                .build();
    }

    private static byte[] digest(byte[] bytes) {
        return ByteBuffer.allocate(8)
                .putInt(bytes.length)
                .putInt(Arrays.hashCode(bytes))
                .array();
    }

    @Test
    void recordsAndViewsKeepTheirBytes() throws IOException {
        byte[] record =
                golden.same("row.FileRecord", StateCodec.to(Samples.RECORD).toByteArray());
        assertThat(StateCodec.from(StateMessages.FileRecord.parseFrom(record))).isEqualTo(Samples.RECORD);
        byte[] view =
                golden.same("row.ClusterView", StateCodec.to(Samples.view()).toByteArray());
        assertThat(StateCodec.from(StateMessages.ClusterView.parseFrom(view))).isEqualTo(Samples.view());
        golden.requireAll();
    }

    /** Returns what a client sends to a server of one connection that answers with these bytes. */
    private static byte[] heardBy(byte[] answer, Use use) throws IOException {
        AtomicReference<byte[]> heard = new AtomicReference<>(new byte[0]);
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Connector connector =
                        new Connector("golden", Samples.CLUSTER, TransportSecurity.of(new TrustSettings.Plaintext()))) {
            Thread.ofVirtual().start(() -> {
                try (Socket socket = server.accept()) {
                    byte[] first = new byte[4096];
                    int length = socket.getInputStream().read(first);
                    heard.set(Arrays.copyOf(first, length));
                    socket.getOutputStream().write(answer);
                    socket.shutdownOutput();
                    socket.getInputStream().readAllBytes();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            use.with(connector, new Address("127.0.0.1", server.getLocalPort()));
        }
        return heard.get();
    }

    private interface Use {
        void with(Connector connector, Address address);
    }

    private static byte[] preface(int version) {
        ByteBuffer bytes = ByteBuffer.allocate(Preface.BYTES);
        new Preface(version, Samples.CLUSTER).write(bytes);
        return bytes.array();
    }

    @Test
    void theFirstBytesOfAConnectionAreKept() throws IOException {
        byte[] heard = heardBy(
                preface(1),
                (connector, address) -> assertThatThrownBy(() -> connector.call(
                                address,
                                new RequestEnvelope(
                                        Samples.N2, new Request.KeepSession(new io.trivet.model.SessionId(8))),
                                LIMIT))
                        .isInstanceOf(TrivetException.class));
        golden.same("preface-and-frame", heard);
        assertThat(HexFormat.of().formatHex(heard))
                .startsWith(HexFormat.of().formatHex("TRIVET".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                        + "0001");
        golden.requireAll();
    }

    @Test
    void aPeerOfALaterProtocolIsRefusedInPlainWords() throws IOException {
        heardBy(
                preface(2),
                (connector, address) -> assertThatThrownBy(
                                () -> connector.call(address, RequestEnvelope.toAny(new Request.GetView()), LIMIT))
                        .isInstanceOfSatisfying(
                                TrivetException.class, e -> assertThat(e.kind()).isEqualTo(Refusal.Kind.WRONG_VERSION))
                        .hasMessageContaining("speaks version 2")
                        .hasMessageContaining("this program version 1"));
    }

    /**
     * A later release may send a request unknown to this one: it is refused, and nothing is
     * guessed.
     */
    @Test
    void aRequestThatALaterReleaseKnowsIsRefusedInPlainWords() throws IOException {
        byte[] later = WireMessages.Request.parseFrom(ByteString.copyFrom(new byte[] {(byte) 0xfa, 0x7f, 0}))
                .toByteArray();
        assertThat(later).isNotEmpty();
        assertThatThrownBy(() -> WireCodec.request(later))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("of a kind that this release does not know");
        StateMessages.Command command =
                StateMessages.Command.parseFrom(ByteString.copyFrom(new byte[] {(byte) 0xfa, 0x7f, 0}));
        assertThatThrownBy(() -> CommandCodec.from(command))
                .hasMessageContaining("of a kind that this release does not know");
    }
}
