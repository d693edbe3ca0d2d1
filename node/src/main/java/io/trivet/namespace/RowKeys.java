package io.trivet.namespace;

import com.google.protobuf.ByteString;
import io.trivet.model.FileId;
import io.trivet.model.NodeId;
import io.trivet.model.SessionId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;

/**
 * The keys of the store: a letter, then fields of fixed width, with big-endian numbers, so that
 * keys sort like their numbers and names. Numbers are never negative. Values are messages of {@code
 * state.proto}.
 *
 * <pre>
 *   N  parent(8)  name(0..255)          NameRow      the file or directory of a name; the root is the empty name in directory 0
 *   I  file id(12)                      LocationRow  the place of a recorded file
 *   D  directory(8)                     LocationRow  the place of a directory
 *   X  directory(8)                     StampRow     a detached directory, not yet dissolved
 *   Z  file id(12)                      StampRow     a removed or replaced file
 *   G  file id(12)                      TrashRow     a removed or replaced file that can be restored
 *   H  file id(12)                      AttributesRow the attributes of a file, the target of a link; absent where there are none
 *   Y  file id(12)                      (empty)      a removed file of an earlier epoch whose grace is over
 *   B  content(12)  file id(12)         ContentRow   the files that share a content; none if it was never shared
 *   J  file id(12)                      UploadRow    an upload in progress
 *   V  file id(12)  piece(4)            PieceRow     a stored piece of an upload
 *   v  file id(12)                      (empty)      an upload that is over, whose pieces are still to be removed
 *   O  file id(12) of the last          OpenRow      a reservation: the row of an id is the first one at or after it
 *   P  session(8)  file id(12)          (empty)      the reservations of a session, by their last id
 *   S  session(8)                       SessionRow
 *   R  session(8)  sequence(8)          Outcome      kept so that a retry is answered
 *   M  node(4)                          Node
 *   K  node key(16)                     NodeKeyRow
 *   T  SHA-256(64 hexadecimal digits)   TokenRow
 *   L  version(8)                       Layout       the published layouts
 *   U  name(1..64)                      UserRow      a user, by its access key
 *   E  name(1..64)                      GroupRow     users with rights in common
 *   C  counter(1)                       NumberRow    see Counter
 *   Q  directory(8)                     Quota        how much may be below a directory
 *   A  directory(8)                     UseRow       the counted use below a directory: see SpaceUsage
 *   W  owner(0..)                       UseRow       the counted use of an owner's files
 *   F  fact(1)                          see below    single values
 *
 *   a file id is epoch(4) counter(8)
 * </pre>
 */
final class RowKeys {
    static final byte[] SETTINGS = fact(1);
    static final byte[] LAYOUT_HEAD = fact(2);
    /**
     * NumberRow: the version of the view, which is the index of the last entry that changed it, or
     * higher.
     */
    static final byte[] VIEW_VERSION = fact(3);
    /** NumberRow: the index of the last entry applied (rule 9). */
    static final byte[] APPLIED = fact(4);
    /** NumberRow: the latest time of any entry, in milliseconds since 1970. */
    static final byte[] TIME = fact(5);
    /** NumberRow: see {@link StateHash}. */
    static final byte[] HASH = fact(6);
    /** DivergenceRow. Concerns this replica alone, so it is in no hash. */
    static final byte[] DIVERGENCE = fact(7);
    /** Layout: the table that an operator's last change replaced. */
    static final byte[] LAYOUT_BEFORE = fact(60);

    /** CountingRow: how far the use is counted. Absent until there is a quota or limit. */
    static final byte[] COUNTING = fact(162);

    private static final int FILE_ID_BYTES = 12;

    private RowKeys() {}

    static byte[] name(long directory, ByteString name) {
        ByteBuffer key = ByteBuffer.allocate(1 + Long.BYTES + name.size());
        key.put((byte) 'N').putLong(directory);
        name.copyTo(key);
        return key.array();
    }

    static Span names(long directory) {
        return new Span(name(directory, ByteString.EMPTY), name(directory + 1, ByteString.EMPTY));
    }

    /** The name in a key of {@link #name}. */
    static ByteString nameOf(byte[] key) {
        return ByteString.copyFrom(key, 1 + Long.BYTES, key.length - 1 - Long.BYTES);
    }

    static byte[] fileLocation(FileId file) {
        return of('I', file);
    }

    static Span fileLocations() {
        return all('I');
    }

    static byte[] directoryLocation(long directory) {
        return of('D', directory);
    }

    static byte[] detached(long directory) {
        return of('X', directory);
    }

    static Span detached() {
        return all('X');
    }

    /** The directory in a key that has no other field. */
    static long directoryOf(byte[] key) {
        return ByteBuffer.wrap(key).getLong(1);
    }

    static byte[] removed(FileId file) {
        return of('Z', file);
    }

    static Span removed() {
        return all('Z');
    }

    static byte[] trashed(FileId file) {
        return of('G', file);
    }

    static Span trashed() {
        return all('G');
    }

    static byte[] attributes(FileId file) {
        return of('H', file);
    }

    static byte[] outlived(FileId file) {
        return of('Y', file);
    }

    static byte[] sharer(FileId content, FileId file) {
        ByteBuffer key = ByteBuffer.allocate(1 + 2 * FILE_ID_BYTES).put((byte) 'B');
        key.putInt(content.epoch()).putLong(content.counter());
        return key.putInt(file.epoch()).putLong(file.counter()).array();
    }

    /** The files that share a content. */
    static Span sharers(FileId content) {
        return new Span(of('B', content), of('B', content.plus(1)));
    }

    static Span sharers() {
        return all('B');
    }

    /** The content in a key of {@link #sharer}. */
    static FileId contentOf(byte[] key) {
        ByteBuffer id = ByteBuffer.wrap(key, 1, FILE_ID_BYTES);
        return new FileId(id.getInt(), id.getLong());
    }

    static byte[] upload(FileId file) {
        return of('J', file);
    }

    static Span uploads() {
        return all('J');
    }

    static byte[] piece(FileId file, int piece) {
        return ByteBuffer.allocate(1 + FILE_ID_BYTES + Integer.BYTES)
                .put(of('V', file))
                .putInt(piece)
                .array();
    }

    static Span pieces(FileId file) {
        return new Span(of('V', file), of('V', file.plus(1)));
    }

    /** The number in a key of {@link #piece}. */
    static int pieceOf(byte[] key) {
        return ByteBuffer.wrap(key).getInt(1 + FILE_ID_BYTES);
    }

    static byte[] endedUpload(FileId file) {
        return of('v', file);
    }

    static Span endedUploads() {
        return all('v');
    }

    static byte[] open(FileId last) {
        return of('O', last);
    }

    static Span open() {
        return all('O');
    }

    static byte[] openOf(SessionId session, FileId last) {
        ByteBuffer key = ByteBuffer.allocate(1 + Long.BYTES + FILE_ID_BYTES);
        key.put((byte) 'P').putLong(session.number());
        return key.putInt(last.epoch()).putLong(last.counter()).array();
    }

    static Span openOf(SessionId session) {
        return new Span(of('P', session.number()), of('P', session.number() + 1));
    }

    /** The file id at the end of a key. */
    static FileId fileOf(byte[] key) {
        ByteBuffer id = ByteBuffer.wrap(key, key.length - FILE_ID_BYTES, FILE_ID_BYTES);
        return new FileId(id.getInt(), id.getLong());
    }

    static byte[] session(SessionId session) {
        return of('S', session.number());
    }

    static Span sessions() {
        return all('S');
    }

    /** The session in a key of {@link #session}. */
    static SessionId sessionOf(byte[] key) {
        return new SessionId(ByteBuffer.wrap(key).getLong(1));
    }

    static byte[] outcome(SessionId session, long sequence) {
        ByteBuffer key = ByteBuffer.allocate(1 + 2 * Long.BYTES);
        return key.put((byte) 'R').putLong(session.number()).putLong(sequence).array();
    }

    static byte[] node(NodeId node) {
        return ByteBuffer.allocate(1 + Integer.BYTES)
                .put((byte) 'M')
                .putInt(node.number())
                .array();
    }

    static Span nodes() {
        return all('M');
    }

    static byte[] nodeKey(UUID key) {
        ByteBuffer bytes = ByteBuffer.allocate(1 + 2 * Long.BYTES).put((byte) 'K');
        return bytes.putLong(key.getMostSignificantBits())
                .putLong(key.getLeastSignificantBits())
                .array();
    }

    /** The node key in a key of {@link #nodeKey}. */
    static UUID nodeKeyOf(byte[] key) {
        ByteBuffer bytes = ByteBuffer.wrap(key, 1, 2 * Long.BYTES);
        return new UUID(bytes.getLong(), bytes.getLong());
    }

    static Span nodeKeys() {
        return all('K');
    }

    static byte[] token(String secretHash) {
        return ("T" + secretHash).getBytes(StandardCharsets.US_ASCII);
    }

    /** The hash in a key of {@link #token}. */
    static String tokenOf(byte[] key) {
        return new String(key, 1, key.length - 1, StandardCharsets.US_ASCII);
    }

    static Span tokens() {
        return all('T');
    }

    static byte[] user(String name) {
        return ("U" + name).getBytes(StandardCharsets.US_ASCII);
    }

    static Span users() {
        return all('U');
    }

    /** The name in a key of {@link #user} or {@link #group}. */
    static String userOf(byte[] key) {
        return new String(key, 1, key.length - 1, StandardCharsets.US_ASCII);
    }

    static byte[] group(String name) {
        return ("E" + name).getBytes(StandardCharsets.US_ASCII);
    }

    static Span groups() {
        return all('E');
    }

    static byte[] layout(long version) {
        return of('L', version);
    }

    static Span layouts() {
        return all('L');
    }

    static byte[] quota(long directory) {
        return of('Q', directory);
    }

    static Span quotas() {
        return all('Q');
    }

    static byte[] use(long directory) {
        return of('A', directory);
    }

    static byte[] useOf(String owner) {
        return ("W" + owner).getBytes(StandardCharsets.UTF_8);
    }

    static Span directoryLocations() {
        return all('D');
    }

    static byte[] counter(Counter counter) {
        return new byte[] {'C', counter.code()};
    }

    /** The smallest key above this one. */
    static byte[] after(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }

    /** A key for a person: its letter and the rest in hexadecimal. */
    static String text(byte[] key) {
        return (char) key[0] + " " + HexFormat.of().formatHex(key, 1, key.length);
    }

    private static byte[] of(char letter, long number) {
        return ByteBuffer.allocate(1 + Long.BYTES)
                .put((byte) letter)
                .putLong(number)
                .array();
    }

    private static byte[] of(char letter, FileId file) {
        ByteBuffer key = ByteBuffer.allocate(1 + FILE_ID_BYTES).put((byte) letter);
        return key.putInt(file.epoch()).putLong(file.counter()).array();
    }

    private static Span all(char letter) {
        return new Span(new byte[] {(byte) letter}, new byte[] {(byte) (letter + 1)});
    }

    private static byte[] fact(int number) {
        return new byte[] {'F', (byte) number};
    }

    /** Keys from {@code from} (inclusive) to {@code to} (exclusive). */
    record Span(byte[] from, byte[] to) {
        Span startingAt(byte[] key) {
            return new Span(key, to);
        }
    }
}
