package io.trivet.wire.credentials;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.trivet.message.StateCodec;
import io.trivet.message.WireMessages;
import io.trivet.model.ChunkSize;
import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import io.trivet.model.User;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a client may do with which chunks for some minutes. The leader signs it; every node checks
 * it when a chunk is requested, and takes the slot from the token, not from the client. One token
 * covers a whole reservation, so that thousands of small files need one lookup.
 *
 * <pre>
 *   SignedToken: the bytes of this, the id of the key, HMAC-SHA-256 of both under the key of that id
 * </pre>
 *
 * @param right {@link Right#READ} or {@link Right#WRITE}
 * @param start the first of {@code count} file ids; the j-th of them, from 0, begins in slot {@code
 *     first + j x step}
 * @param session of a writer; when it ends, the token can no longer be renewed; 0 for reading
 * @param user for whom the token was issued
 * @param paths for writing: chunks are accepted for names at and below these; for reading: the
 *     file's name when it was looked up
 * @param others the other contents of a changed file, for reading
 */
public record ChunkToken(
        Right right,
        FileId start,
        int count,
        Slot first,
        int step,
        ChunkSize chunkSize,
        long session,
        String user,
        List<RemotePath> paths,
        long expiresMs,
        List<Content> others) {
    /** The most bytes of a signed token. */
    public static final int MAX_BYTES = 16 << 10;

    private static final int MAX_STEP = Slot.COUNT;
    private static final String LABEL = "trivet chunk token";

    /** A content, and the slot of its chunk 1. */
    public record Content(FileId file, Slot first) {}

    public ChunkToken {
        paths = List.copyOf(paths);
        others = List.copyOf(others);
        if (others.size() > FileRecord.MAX_EXTENTS || (right == Right.WRITE && !others.isEmpty())) {
            throw new IllegalArgumentException("a token to read has at most " + FileRecord.MAX_EXTENTS + " contents");
        }
        if (right != Right.READ && right != Right.WRITE) {
            throw new IllegalArgumentException("chunks are read or written");
        }
        if (count < 1 || count > Command.MAX_RESERVE || step < 0 || step > MAX_STEP) {
            throw new IllegalArgumentException("not a reservation: " + count + " ids, step " + step);
        }
        if (paths.isEmpty() || paths.size() > User.MAX_ALL_GRANTS) {
            throw new IllegalArgumentException("a token has 1 to " + User.MAX_ALL_GRANTS + " paths");
        }
    }

    /** Without other contents. */
    public ChunkToken(
            Right right,
            FileId start,
            int count,
            Slot first,
            int step,
            ChunkSize chunkSize,
            long session,
            String user,
            List<RemotePath> paths,
            long expiresMs) {
        this(right, start, count, first, step, chunkSize, session, user, paths, expiresMs, List.of());
    }

    public boolean covers(FileId file) {
        return isReserved(file)
                || others.stream().anyMatch(other -> other.file().equals(file));
    }

    private boolean isReserved(FileId file) {
        return file.epoch() == start.epoch()
                && file.counter() >= start.counter()
                && file.counter() - start.counter() < count;
    }

    /** The slot of the first chunk of a file that this token covers. */
    public Slot firstOf(FileId file) {
        if (isReserved(file)) {
            return first.plus((file.counter() - start.counter()) * step);
        }
        return others.stream()
                .filter(other -> other.file().equals(file))
                .findFirst()
                .map(Content::first)
                .orElseThrow(() -> new IllegalArgumentException("the token does not cover " + file));
    }

    public boolean covers(RemotePath path) {
        return paths.stream().anyMatch(path::startsWith);
    }

    public ChunkToken until(long expires, List<RemotePath> now) {
        return new ChunkToken(right, start, count, first, step, chunkSize, session, user, now, expires, others);
    }

    /** Signs the token with the key of that id. */
    public byte[] signed(long id, byte[] key) {
        byte[] token = toMessage().toByteArray();
        return WireMessages.SignedToken.newBuilder()
                .setToken(ByteString.copyFrom(token))
                .setKey(id)
                .setMac(ByteString.copyFrom(mac(token, id, key)))
                .build()
                .toByteArray();
    }

    /**
     * Parses a token and verifies its signature. The caller checks its time. Throws {@code
     * BAD_TOKEN}.
     *
     * @param keys the key of an id; null if unknown or expired
     */
    public static ChunkToken verified(byte[] signed, LongFunction<byte @Nullable []> keys) {
        if (signed.length > MAX_BYTES) {
            throw bad("it is longer than any");
        }
        try {
            WireMessages.SignedToken message = WireMessages.SignedToken.parseFrom(signed);
            byte[] key = keys.apply(message.getKey());
            if (key == null) {
                throw bad("its key is not known here, or not any more: get another");
            }
            byte[] token = message.getToken().toByteArray();
            if (!Hmac.same(mac(token, message.getKey(), key), message.getMac().toByteArray())) {
                throw bad("this cluster did not sign it");
            }
            return read(token);
        } catch (InvalidProtocolBufferException e) {
            throw none(e);
        }
    }

    private static ChunkToken read(byte[] token) {
        try {
            return from(WireMessages.ChunkToken.parseFrom(token));
        } catch (InvalidProtocolBufferException | IllegalArgumentException | TrivetException e) {
            throw none(e);
        }
    }

    private static TrivetException none(Exception cause) {
        return new TrivetException(new Refusal(Refusal.Kind.BAD_TOKEN, "", "it is none"), cause);
    }

    private static byte[] mac(byte[] token, long id, byte[] key) {
        return Hmac.of(key, LABEL, token, Long.toString(id).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    private WireMessages.ChunkToken toMessage() {
        return WireMessages.ChunkToken.newBuilder()
                .setRight(right == Right.READ ? 1 : 2)
                .setStart(StateCodec.to(start))
                .setCount(count)
                .setFirst(first.number())
                .setStep(step)
                .setChunkSize(chunkSize.bytes())
                .setSession(session)
                .setUser(user)
                .addAllPaths(paths.stream().map(RemotePath::toString).toList())
                .setExpiresMs(expiresMs)
                .addAllOthers(others.stream().map(ChunkToken::toMessage).toList())
                .build();
    }

    private static ChunkToken from(WireMessages.ChunkToken message) {
        return new ChunkToken(
                message.getRight() == 1 ? Right.READ : Right.WRITE,
                StateCodec.from(message.getStart()),
                message.getCount(),
                new Slot(message.getFirst()),
                message.getStep(),
                new ChunkSize(message.getChunkSize()),
                message.getSession(),
                message.getUser(),
                message.getPathsList().stream().map(RemotePath::parse).toList(),
                message.getExpiresMs(),
                message.getOthersList().stream()
                        .map(other -> new Content(StateCodec.from(other.getFile()), new Slot(other.getFirst())))
                        .toList());
    }

    private static WireMessages.ChunkToken.Content toMessage(Content other) {
        return WireMessages.ChunkToken.Content.newBuilder()
                .setFile(StateCodec.to(other.file()))
                .setFirst(other.first().number())
                .build();
    }

    private static TrivetException bad(String detail) {
        return TrivetException.of(Refusal.Kind.BAD_TOKEN, "", detail);
    }
}
