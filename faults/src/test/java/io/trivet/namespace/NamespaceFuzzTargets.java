package io.trivet.namespace;

import com.google.protobuf.ByteString;
import io.trivet.faults.fuzz.Door;
import io.trivet.message.StateCodec;
import io.trivet.message.StateMessages.CountingRow;
import io.trivet.message.StateMessages.GroupRow;
import io.trivet.message.StateMessages.UseRow;
import io.trivet.message.StateMessages.UserRow;
import io.trivet.model.FileId;
import io.trivet.model.Grant;
import io.trivet.model.Quota;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;

/** Backups of the namespace, and its copies on disks. */
public final class NamespaceFuzzTargets {
    private static final Path GOLDEN = Path.of("../node/src/test/resources/io/trivet/namespace/backup-1.txt");

    private NamespaceFuzzTargets() {}

    public static List<Door> all() {
        byte[] golden = golden();
        return List.of(
                new Door("backup", List.of(golden), NamespaceFuzzTargets::backup),
                new Door(
                        "summed-backup",
                        List.of(Arrays.copyOf(golden, golden.length - Integer.BYTES)),
                        bytes -> backup(summed(bytes))),
                new Door(
                        "restored-backup",
                        List.of(Arrays.copyOf(golden, golden.length - Integer.BYTES)),
                        bytes -> restore(summed(bytes))),
                new Door("user-row", users(), bytes -> row(RowKeys.user("ada"), bytes)),
                new Door("row", rows(golden), NamespaceFuzzTargets::row));
    }

    private static List<byte[]> users() {
        Grant grant = new Grant(RemotePath.parse("/a"), Set.of(Right.READ, Right.LIST));
        return List.of(UserRow.newBuilder()
                .setSecret(ByteString.copyFrom(new byte[70]))
                .setGeneration(3)
                .addGrants(StateCodec.to(grant))
                .build()
                .toByteArray());
    }

    /** What the backup, which was made before there were quotas and groups, does not have. */
    private static List<Store.Pair> later() {
        Grant grant = new Grant(RemotePath.parse("/a"), Set.of(Right.READ, Right.LIST));
        UseRow use = UseRow.newBuilder().setBytes(7).setFiles(1).setQuotas(1).build();
        return List.of(
                new Store.Pair(RowKeys.quota(2), StateCodec.to(new Quota(9, -1)).toByteArray()),
                new Store.Pair(RowKeys.use(2), use.toByteArray()),
                new Store.Pair(RowKeys.useOf("ada"), use.toByteArray()),
                new Store.Pair(
                        RowKeys.group("staff"),
                        GroupRow.newBuilder()
                                .addGrants(StateCodec.to(grant))
                                .addMembers("ada")
                                .build()
                                .toByteArray()),
                new Store.Pair(
                        RowKeys.COUNTING,
                        CountingRow.newBuilder()
                                .setNextDirectory(3)
                                .setNextFile(StateCodec.to(new FileId(1, 1)))
                                .build()
                                .toByteArray()));
    }

    private static byte[] row(Store.Pair row) {
        return ByteBuffer.allocate(1 + row.key().length + row.value().length)
                .put((byte) row.key().length)
                .put(row.key())
                .put(row.value())
                .array();
    }

    /** The length of the key, the key, the value. */
    private static List<byte[]> rows(byte[] golden) {
        List<byte[]> rows = new ArrayList<>();
        later().forEach(row -> rows.add(row(row)));
        try {
            Backup.read(new ByteArrayInputStream(golden), row -> rows.add(row(row)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }

    private static void row(byte[] bytes) {
        int key = bytes.length == 0 ? 0 : Math.min(Byte.toUnsignedInt(bytes[0]), bytes.length - 1);
        if (key > 0) {
            row(Arrays.copyOfRange(bytes, 1, 1 + key), Arrays.copyOfRange(bytes, 1 + key, bytes.length));
        }
    }

    private static void row(byte[] key, byte[] value) {
        try {
            RowCheck.require(new Store.Pair(key, value));
        } catch (IllegalArgumentException _) {
            // As documented.
        }
    }

    /** As a restore looks at it before it believes it: rows alone, then together. */
    private static void restore(byte[] bytes) {
        try {
            Backup.Summary summary = Backup.checkRows(new ByteArrayInputStream(bytes));
            ReadOnlyRows rows = new ReadOnlyRows();
            Backup.read(new ByteArrayInputStream(bytes), rows::keep);
            new ConsistencyCheck(rows, summary.epoch()).require();
        } catch (IOException | IllegalStateException _) {
            // As documented.
        }
    }

    private static byte[] golden() {
        try {
            return HexFormat.of().parseHex(Files.readString(GOLDEN).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] summed(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return ByteBuffer.allocate(bytes.length + Integer.BYTES)
                .put(bytes)
                .putInt((int) crc.getValue())
                .array();
    }

    /** As a rescue reads it, all of it. */
    private static void backup(byte[] bytes) {
        try {
            BackupCatalogue backupCatalogue = BackupCatalogue.read(new ByteArrayInputStream(bytes));
            backupCatalogue.time();
            backupCatalogue.stateOf(new FileId(1, 1));
            backupCatalogue.files((path, record) -> backupCatalogue.stateOf(record.id()), _ -> {});
        } catch (IOException _) {
            // As documented.
        }
    }
}
