package io.trivet.namespace;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.trivet.message.AttributesCodec;
import io.trivet.message.StateCodec;
import io.trivet.message.StateMessages;
import io.trivet.message.StateMessages.AttributesRow;
import io.trivet.message.StateMessages.ContentRow;
import io.trivet.message.StateMessages.CountingRow;
import io.trivet.message.StateMessages.GroupRow;
import io.trivet.message.StateMessages.LayoutHead;
import io.trivet.message.StateMessages.LocationRow;
import io.trivet.message.StateMessages.NameRow;
import io.trivet.message.StateMessages.NodeKeyRow;
import io.trivet.message.StateMessages.NumberRow;
import io.trivet.message.StateMessages.OpenRow;
import io.trivet.message.StateMessages.PieceRow;
import io.trivet.message.StateMessages.SessionRow;
import io.trivet.message.StateMessages.SettingsRow;
import io.trivet.message.StateMessages.StampRow;
import io.trivet.message.StateMessages.TokenRow;
import io.trivet.message.StateMessages.TrashRow;
import io.trivet.message.StateMessages.UploadRow;
import io.trivet.message.StateMessages.UseRow;
import io.trivet.message.StateMessages.UserRow;
import io.trivet.message.UploadCodec;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterId;
import io.trivet.model.Command;
import io.trivet.model.FileRecord;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import io.trivet.namespace.Store.Pair;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Checks a single row of a backup: its key must have a form of {@link RowKeys}, and its value must
 * parse. {@link ConsistencyCheck} checks how rows fit together.
 */
final class RowCheck {
    private static final int LONG = 1 + Long.BYTES;
    private static final int FILE = 1 + 12;

    private RowCheck() {}

    /** Throws {@link IllegalArgumentException} that says what is wrong, for a person. */
    static void require(Pair row) {
        try {
            check(row.key(), row.value());
        } catch (InvalidProtocolBufferException | RuntimeException e) {
            throw new IllegalArgumentException("row " + RowKeys.text(row.key()) + ": " + e.getMessage(), e);
        }
    }

    /** For a valid row of the trash whose path is too long: the path as it will be read. */
    static Optional<String> shortened(Pair row) {
        if (row.key()[0] != 'G' || row.value().length <= RemotePath.MAX_PATH) {
            return Optional.empty();
        }
        TrashRow trashed = Transaction.parse(row, TrashRow.parser());
        String path = StateCodec.from(trashed).path().toString();
        return path.equals(trashed.getPath()) ? Optional.empty() : Optional.of(path);
    }

    /**
     * The value of a row with its path shortened to a valid one. An earlier release let some become
     * too long, even for a log entry.
     */
    static byte[] fitted(Pair row) {
        if (row.value().length <= RemotePath.MAX_PATH) {
            return row.value();
        }
        return switch (row.key()[0]) {
            case 'G' -> {
                TrashRow trashed = Transaction.parse(row, TrashRow.parser());
                yield trashed.toBuilder()
                        .setPath(fitted(trashed.getPath()))
                        .build()
                        .toByteArray();
            }
            case 'X' -> {
                StampRow stamp = Transaction.parse(row, StampRow.parser());
                yield stamp.toBuilder()
                        .setTrashPath(fitted(stamp.getTrashPath()))
                        .build()
                        .toByteArray();
            }
            default -> row.value();
        };
    }

    private static String fitted(String path) {
        return path.isEmpty() ? path : RemotePath.parseFitted(path).toString();
    }

    private static void check(byte[] key, byte[] value) throws InvalidProtocolBufferException {
        switch (key[0]) {
            case 'N' -> name(key, value);
            case 'I' -> location(key, FILE, value);
            case 'D' -> location(key, LONG, value);
            case 'X' -> read(key, LONG, value, StampRow.parser());
            case 'Z' -> read(key, FILE, value, StampRow.parser());
            case 'G' -> StateCodec.from(read(key, FILE, value, TrashRow.parser()));
            case 'H' -> attributes(read(key, FILE, value, AttributesRow.parser()));
            case 'B' -> content(key, value);
            case 'J' -> UploadCodec.from(RowKeys.fileOf(key), read(key, FILE, value, UploadRow.parser()));
            case 'V' ->
                UploadCodec.from(RowKeys.pieceOf(key), read(key, FILE + Integer.BYTES, value, PieceRow.parser()));
            case 'v' -> empty(key, FILE, value);
            case 'Y' -> empty(key, FILE, value);
            case 'O' -> read(key, FILE, value, OpenRow.parser());
            case 'P' -> empty(key, LONG + FILE - 1, value);
            case 'S' -> read(key, LONG, value, SessionRow.parser());
            case 'R' -> StateCodec.from(read(key, LONG + Long.BYTES, value, StateMessages.Outcome.parser()));
            case 'M' -> node(key, value);
            case 'K' -> read(key, LONG + Long.BYTES, value, NodeKeyRow.parser());
            case 'T' -> read(key, 1 + Command.TOKEN_HASH_CHARACTERS, value, TokenRow.parser());
            case 'L' -> StateCodec.from(read(key, LONG, value, StateMessages.Layout.parser()));
            case 'U' -> Users.user(RowKeys.userOf(key), read(key, key.length, value, UserRow.parser()));
            case 'E' -> Groups.group(RowKeys.userOf(key), read(key, key.length, value, GroupRow.parser()));
            case 'Q' -> StateCodec.from(read(key, LONG, value, StateMessages.Quota.parser()));
            case 'A' -> read(key, LONG, value, UseRow.parser());
            case 'W' -> owner(key, value);
            case 'C' -> number(key, value);
            case 'F' -> fact(key, value);
            default -> throw bad("this release knows no such row");
        }
    }

    private static void name(byte[] key, byte[] value) throws InvalidProtocolBufferException {
        if (key.length < LONG) {
            throw bad("its key is cut short");
        }
        NameRow row = read(key, key.length, value, NameRow.parser());
        boolean root = Arrays.equals(key, EntryKey.ROOT.key());
        if (!root) {
            segment(RowKeys.nameOf(key));
        }
        switch (row.getKindCase()) {
            case FILE -> StateCodec.from(row.getFile());
            case DIRECTORY -> {
                if (row.getDirectory().getId() <= 0) {
                    throw bad("a directory has the number " + row.getDirectory().getId());
                }
                StateCodec.directory("", row.getDirectory());
            }
            case KIND_NOT_SET -> throw bad("a name of nothing");
        }
        if (root && row.getDirectory().getId() != EntryKey.ROOT_DIRECTORY) {
            throw bad("the root is not directory " + EntryKey.ROOT_DIRECTORY);
        }
    }

    private static void attributes(AttributesRow row) {
        AttributesCodec.from(row);
        int target = row.getLinkTargetBytes().size();
        if (target > FileRecord.MAX_LINK_BYTES || row.getLinkTarget().indexOf('\0') >= 0) {
            throw bad("a link that cannot be");
        }
    }

    private static void segment(ByteString name) {
        if (!name.isValidUtf8()) {
            throw bad("a name that is no text");
        }
        new RemotePath(List.of(name.toStringUtf8()));
    }

    private static void owner(byte[] key, byte[] value) throws InvalidProtocolBufferException {
        if (key.length > 1 + Commands.MAX_OWNER_BYTES) {
            throw bad("an owner of " + (key.length - 1) + " bytes");
        }
        read(key, key.length, value, UseRow.parser());
    }

    private static void location(byte[] key, int length, byte[] value) throws InvalidProtocolBufferException {
        LocationRow row = read(key, length, value, LocationRow.parser());
        if (row.getParent() <= 0) {
            throw bad("it leads to directory " + row.getParent());
        }
    }

    private static void node(byte[] key, byte[] value) throws InvalidProtocolBufferException {
        NodeId said = StateCodec.from(read(key, 1 + Integer.BYTES, value, StateMessages.Node.parser()))
                .id();
        if (!said.equals(new NodeId(ByteBuffer.wrap(key).getInt(1)))) {
            throw bad("it says that it is " + said);
        }
    }

    private static void number(byte[] key, byte[] value) throws InvalidProtocolBufferException {
        if (read(key, 2, value, NumberRow.parser()).getValue() < 0
                && !Arrays.equals(key, RowKeys.counter(Counter.TRASH_BYTES))) {
            throw bad("a number below 0");
        }
    }

    private static void fact(byte[] key, byte[] value) throws InvalidProtocolBufferException {
        if (Arrays.equals(key, RowKeys.SETTINGS)) {
            SettingsRow settings = read(key, 2, value, SettingsRow.parser());
            if (settings.getFormat() > Settings.FORMAT) {
                throw bad("the backup's rows have format " + settings.getFormat()
                        + ", and this release knows formats up to " + Settings.FORMAT
                        + ": restore it with the release that wrote it, or a newer one");
            }
            ClusterId.parse(settings.getCluster());
            new ChunkSize(settings.getChunkSize());
            StateCodec.sweeping(settings.getSweepingOff(), settings.getGraceSeconds());
            StateCodec.from(settings.getRebalancing());
            TrashRows.checkSeconds(settings.getTrashSeconds());
        } else if (Arrays.equals(key, RowKeys.LAYOUT_HEAD)) {
            read(key, 2, value, LayoutHead.parser());
        } else if (Arrays.equals(key, RowKeys.LAYOUT_BEFORE)) {
            StateCodec.from(read(key, 2, value, StateMessages.Layout.parser()));
        } else if (Arrays.equals(key, RowKeys.COUNTING)) {
            StateCodec.from(read(key, 2, value, CountingRow.parser()).getNextFile());
        } else if (Arrays.equals(key, RowKeys.HASH)) {
            read(key, 2, value, NumberRow.parser());
        } else if (Arrays.equals(key, RowKeys.DIVERGENCE)) {
            throw bad("it is of a replica that had diverged from the others");
        } else if (Arrays.equals(key, RowKeys.VIEW_VERSION)
                || Arrays.equals(key, RowKeys.APPLIED)
                || Arrays.equals(key, RowKeys.TIME)) {
            number(key, value);
        } else {
            throw bad("this release knows no such row");
        }
    }

    /** Empty for a content of which all chunks are those of the file in the key. */
    private static void content(byte[] key, byte[] value) throws InvalidProtocolBufferException {
        ContentRow row = read(key, 1 + 2 * (FILE - 1), value, ContentRow.parser());
        if (value.length > 0) {
            StoredContent.from(RowKeys.contentOf(key), row);
        }
    }

    private static void empty(byte[] key, int length, byte[] value) {
        if (key.length != length || value.length != 0) {
            throw bad("a mark that says something");
        }
    }

    private static <T extends MessageLite> T read(byte[] key, int length, byte[] value, Parser<T> parser)
            throws InvalidProtocolBufferException {
        if (key.length != length) {
            throw bad("its key has " + key.length + " bytes, not " + length);
        }
        return parser.parseFrom(value);
    }

    private static TrivetException bad(String what) {
        return TrivetException.of(Refusal.Kind.CORRUPT, "", what);
    }
}
