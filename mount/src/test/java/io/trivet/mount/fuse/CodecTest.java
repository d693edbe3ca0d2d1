package io.trivet.mount.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The bytes of the protocol, as the kernel's header file lays them out. */
final class CodecTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final NodeAttributes FILE = new NodeAttributes(
            0x1122334455667788L, 1000, Instant.ofEpochSecond(5, 7), NodeAttributes.REGULAR | 0640, 1, 1000, 100);

    private static final String FILE_BYTES = "8877665544332211 e803000000000000 0200000000000000"
            + "0500000000000000 0500000000000000 0500000000000000 07000000 07000000 07000000"
            + "a0810000 01000000 e8030000 64000000 00000000 00100000 00000000";

    private static byte[] bytes(String hex) {
        return HEX.parseHex(hex.replace(" ", ""));
    }

    /** A request of user 3 and group 4, about node 7. */
    private static ByteBuffer packet(int opcode, byte[] body) {
        ByteBuffer bytes =
                ByteBuffer.allocate(RequestHeader.BYTES + body.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(bytes.capacity())
                .putInt(opcode)
                .putLong(9)
                .putLong(7)
                .putInt(3)
                .putInt(4)
                .putInt(5)
                .putInt(0);
        return bytes.put(body).flip();
    }

    private static Request decoded(int opcode, byte[] body) {
        ByteBuffer bytes = packet(opcode, body);
        return RequestCodec.request(RequestCodec.header(bytes), bytes);
    }

    private static Request decoded(int opcode, String hex) {
        return decoded(opcode, bytes(hex));
    }

    private static byte[] text(String... parts) {
        return String.join("\0", parts).concat("\0").getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] joined(byte[] one, byte[] other) {
        return ByteBuffer.allocate(one.length + other.length)
                .put(one)
                .put(other)
                .array();
    }

    @Test
    void theHeaderIsFortyBytes() {
        ByteBuffer bytes = packet(Opcode.GETATTR, new byte[16]);
        assertThat(RequestCodec.header(bytes)).isEqualTo(new RequestHeader(56, 3, 9, 7, 3, 4, 5));
        assertThat(bytes.position()).isEqualTo(40);
    }

    @Test
    void requestsAreReadFromTheirBytes() {
        assertThat(decoded(1, text("na\u00efve"))).isEqualTo(new Request.Lookup(7, "na\u00efve"));
        assertThat(decoded(2, "0300000000000000")).isEqualTo(new Request.Forget(List.of(new Request.Forgotten(7, 3))));
        assertThat(decoded(42, "02000000 00000000 0500000000000000 0100000000000000 0600000000000000 0200000000000000"))
                .isEqualTo(new Request.Forget(List.of(new Request.Forgotten(5, 1), new Request.Forgotten(6, 2))));
        assertThat(decoded(3, "00000000 00000000 0000000000000000")).isEqualTo(new Request.GetAttributes(7));
        assertThat(decoded(8, joined(bytes("a4810000 00000000 12000000 00000000"), text("x"))))
                .isEqualTo(new Request.MakeNode(7, "x", 0100644));
        assertThat(decoded(9, joined(bytes("ed010000 12000000"), text("x"))))
                .isEqualTo(new Request.MakeDirectory(7, "x", 0755));
        assertThat(decoded(10, text("x"))).isEqualTo(new Request.Unlink(7, "x"));
        assertThat(decoded(11, text("x"))).isEqualTo(new Request.RemoveDirectory(7, "x"));
        assertThat(decoded(12, joined(bytes("0800000000000000"), text("a", "b"))))
                .isEqualTo(new Request.Rename(7, "a", 8, "b", 0));
        assertThat(decoded(45, joined(bytes("0800000000000000 01000000 00000000"), text("a", "b"))))
                .isEqualTo(new Request.Rename(7, "a", 8, "b", Request.Rename.NO_REPLACE));
        assertThat(decoded(14, "02040000 00000000")).isEqualTo(new Request.Open(7, 02002));
        assertThat(decoded(35, joined(bytes("c1000000 a4810000 12000000 00000000"), text("x"))))
                .isEqualTo(new Request.Create(7, "x", 0301, 0100644));
        assertThat(decoded(
                        15, "0a00000000000000 0010000000000000 00000200 00000000 0000000000000000 00000000 00000000"))
                .isEqualTo(new Request.Read(7, 10, 4096, 131072));
        assertThat(decoded(25, "0a00000000000000 00000000 00000000 0000000000000000"))
                .isEqualTo(new Request.Flush(7, 10));
        assertThat(decoded(20, "0a00000000000000 01000000 00000000")).isEqualTo(new Request.Sync(7, 10));
        assertThat(decoded(18, "0a00000000000000 01000000 00000000 0000000000000000"))
                .isEqualTo(new Request.Release(7, 10));
        assertThat(decoded(27, "00000100 00000000")).isEqualTo(new Request.OpenDirectory(7));
        String listing = "0b00000000000000 0500000000000000 00100000 00000000 0000000000000000 00000000 00000000";
        assertThat(decoded(28, listing)).isEqualTo(new Request.ReadDirectory(7, 11, 5, 4096, false));
        assertThat(decoded(44, listing)).isEqualTo(new Request.ReadDirectory(7, 11, 5, 4096, true));
        assertThat(decoded(29, "0b00000000000000 00000000 00000000 0000000000000000"))
                .isEqualTo(new Request.ReleaseDirectory(11));
        assertThat(decoded(30, "0b00000000000000 00000000 00000000")).isEqualTo(new Request.SyncDirectory(7));
        assertThat(decoded(17, "")).isEqualTo(new Request.Statistics());
        assertThat(decoded(22, joined(bytes("10000000 00000000"), text("user.a"))))
                .isEqualTo(new Request.GetExtended(7, "user.a", 16));
        assertThat(decoded(23, "10000000 00000000")).isEqualTo(new Request.ListExtended(7, 16));
        assertThat(decoded(24, text("user.a"))).isEqualTo(new Request.RemoveExtended(7, "user.a"));
        assertThat(decoded(34, "04000000 00000000")).isEqualTo(new Request.Access(7, 4));
        assertThat(decoded(36, "2a00000000000000")).isEqualTo(new Request.Interrupt(42));
        assertThat(decoded(38, "")).isEqualTo(new Request.Destroy());
        assertThat(decoded(13, joined(bytes("0800000000000000"), text("x")))).isEqualTo(new Request.HardLink());
        assertThat(decoded(5, "")).isEqualTo(new Request.ReadLink(7));
        assertThat(decoded(6, joined(text("name"), text("../to"))))
                .isEqualTo(new Request.SymbolicLink(7, "name", "../to"));
        assertThat(decoded(43, "")).isEqualTo(new Request.Unknown(43));
    }

    @Test
    void aWriteCarriesItsBytes() {
        Request request = decoded(
                16, "0a00000000000000 0010000000000000 03000000 00000000 0000000000000000 01000000 00000000 616263");
        assertThat(request).isInstanceOfSatisfying(Request.Write.class, write -> {
            assertThat(write.handle()).isEqualTo(10);
            assertThat(write.offset()).isEqualTo(4096);
            assertThat(StandardCharsets.UTF_8.decode(write.bytes()).toString()).isEqualTo("abc");
        });
    }

    @Test
    void anExtendedAttributeIsSetToItsBytes() {
        Request request = decoded(21, joined(bytes("02000000 01000000"), joined(text("user.a"), bytes("6869"))));
        assertThat(request).isInstanceOfSatisfying(Request.SetExtended.class, set -> {
            assertThat(set.name()).isEqualTo("user.a");
            assertThat(set.value()).asString(StandardCharsets.UTF_8).isEqualTo("hi");
            assertThat(set.flags()).isEqualTo(Request.SetExtended.CREATE);
        });
    }

    @Test
    void onlyWhatIsSaidIsSet() {
        String body = "%s 00000000 0a00000000000000 0004000000000000 0000000000000000 0100000000000000"
                + "0200000000000000 0300000000000000 04000000 05000000 06000000 a4010000 00000000 e8030000 64000000"
                + "00000000";
        assertThat(decoded(4, body.formatted("01000000")))
                .isEqualTo(new Request.SetAttributes(7, null, 0644, null, null, null, null, null, false));
        assertThat(decoded(4, body.formatted("48000000")))
                .isEqualTo(new Request.SetAttributes(7, 10L, null, null, null, 1024L, null, null, false));
        assertThat(decoded(4, body.formatted("30000000")))
                .isEqualTo(new Request.SetAttributes(
                        7,
                        null,
                        null,
                        null,
                        null,
                        null,
                        Instant.ofEpochSecond(1, 4),
                        Instant.ofEpochSecond(2, 5),
                        false));
        assertThat(decoded(4, body.formatted("06010000")))
                .isEqualTo(new Request.SetAttributes(7, null, null, 1000, 100, null, null, null, true));
    }

    @Test
    void aNameThatIsNoTextIsSaidSo() {
        assertThat(decoded(1, bytes("ff00"))).isEqualTo(new Request.BadName());
    }

    @Test
    void aRequestThatEndsEarlyIsNotGuessed() {
        assertThatThrownBy(() -> decoded(1, bytes("61"))).isInstanceOf(BufferUnderflowException.class);
        assertThatThrownBy(() -> decoded(15, bytes("0a00"))).isInstanceOf(BufferUnderflowException.class);
        assertThatThrownBy(() -> decoded(35, bytes("c1000000a48100"))).isInstanceOf(BufferUnderflowException.class);
    }

    private static String replied(Consumer<Reply> content) {
        Reply reply = new Reply(ByteBuffer.allocate(4096));
        content.accept(reply);
        return hex(reply.finish(9));
    }

    private static String hex(ByteBuffer bytes) {
        byte[] all = new byte[bytes.remaining()];
        bytes.get(all);
        return HEX.formatHex(all);
    }

    private static void assertReply(String expected, Consumer<Reply> content) {
        assertThat(replied(content)).isEqualTo(expected.replace(" ", ""));
    }

    @Test
    void repliesHaveTheKernelsLayout() {
        Duration valid = Duration.ofMillis(1500);
        assertReply("10000000 00000000 0900000000000000", _ -> {});
        assertReply(
                "90000000 00000000 0900000000000000"
                        + "0500000000000000 0000000000000000 0100000000000000 0100000000000000 0065cd1d 0065cd1d"
                        + FILE_BYTES,
                reply -> reply.entry(5, FILE, valid));
        assertReply(
                "90000000 00000000 0900000000000000"
                        + "0000000000000000 0000000000000000 0100000000000000 0000000000000000 0065cd1d 00000000"
                        + "00".repeat(88),
                reply -> reply.noEntry(valid));
        assertReply(
                "78000000 00000000 0900000000000000 0100000000000000 0065cd1d 00000000" + FILE_BYTES,
                reply -> reply.attributes(FILE, valid));
        assertReply(
                "20000000 00000000 0900000000000000 0600000000000000 02000000 00000000",
                reply -> reply.opened(6, Reply.KEEP_CACHE));
        assertReply("18000000 00000000 0900000000000000 07000000 00000000", reply -> reply.written(7));
        assertReply(
                "60000000 00000000 0900000000000000"
                        + "0200000000000000 0100000000000000 0100000000000000 0000000000000000 0000000000000000"
                        + "00100000 ff000000 00100000 00000000" + "00".repeat(24),
                reply -> reply.statistics(8192, 4096, 255));
    }

    @Test
    void anErrorIsOnlyAHeader() {
        Reply reply = new Reply(ByteBuffer.allocate(4096));
        reply.written(5);
        assertThat(hex(reply.fail(9, Errno.ENOENT))).isEqualTo("10000000feffffff0900000000000000");
    }

    @Test
    void entriesOfADirectoryArePaddedToEightBytes() {
        assertReply(
                "30000000 00000000 0900000000000000 0500000000000000 0100000000000000 01000000 04000000"
                        + "6100000000000000",
                reply -> reply.directoryEntry(4096, "a", 5, NodeAttributes.DIRECTORY | 0755, 1));
        assertReply(
                "b0000000 00000000 0900000000000000"
                        + "0600000000000000 0000000000000000 0000000000000000 0000000000000000 00000000 00000000"
                        + FILE_BYTES + "8877665544332211 0200000000000000 08000000 08000000 6162636465666768",
                reply -> reply.directoryEntry(4096, "abcdefgh", FILE, 2, 6, Duration.ZERO));
    }

    @Test
    void anEntryThatDoesNotFitIsLeftOut() {
        Reply reply = new Reply(ByteBuffer.allocate(4096));
        assertThat(reply.directoryEntry(64, "a", 5, NodeAttributes.REGULAR, 1)).isTrue();
        assertThat(reply.directoryEntry(64, "b", 5, NodeAttributes.REGULAR, 2)).isTrue();
        assertThat(reply.directoryEntry(64, "c", 5, NodeAttributes.REGULAR, 3)).isFalse();
        assertThat(reply.hasRoom(64, "c")).isFalse();
        assertThat(reply.finish(1).limit()).isEqualTo(16 + 64);
    }

    @Test
    void onlyFeaturesThatTheKernelHasAreAgreedOn() {
        Request init = decoded(26, "07000000 2d000000 00000200 09004040 00000000" + "00".repeat(44));
        assertThat(init).isEqualTo(new Request.Init(7, 45, 131072, 0x40400009L));
        assertReply(
                "50000000 00000000 0900000000000000"
                        + "07000000 28000000 00000200 09004040 4000 3000 00001000 01000000 0001 0000 00000000"
                        + "00".repeat(28),
                reply -> FuseSession.agree((Request.Init) init, reply));
    }

    @Test
    void aKernelOfBeforeTheSecondHalfOfTheFlagsIsUnderstood() {
        assertThat(decoded(26, "07000000 1f000000 00000200 09000000")).isEqualTo(new Request.Init(7, 31, 131072, 9));
    }
}
