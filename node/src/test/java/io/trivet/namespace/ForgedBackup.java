package io.trivet.namespace;

import io.trivet.namespace.Store.Pair;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32C;

/** Makes backups with other rows and a valid checksum, as anyone who can write to a file could. */
public final class ForgedBackup {
    private static final int HEAD = 8 + 4 + 16 + 8 + 4;

    private ForgedBackup() {}

    /** A backup in which a file's location points to another name. */
    public static byte[] misled(byte[] backup) throws IOException {
        return with(
                backup,
                rows -> rows.stream()
                        .map(row -> row.key()[0] == 'I'
                                ? new Pair(
                                        row.key(),
                                        EntryKey.of(EntryKey.ROOT_DIRECTORY, "elsewhere")
                                                .row()
                                                .toByteArray())
                                : row)
                        .toList());
    }

    static List<Pair> rows(byte[] backup) throws IOException {
        List<Pair> rows = new ArrayList<>();
        Backup.read(new ByteArrayInputStream(backup), rows::add);
        return rows;
    }

    static byte[] with(byte[] backup, UnaryOperator<List<Pair>> change) throws IOException {
        List<Pair> rows = change.apply(rows(backup));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(Arrays.copyOf(backup, HEAD));
        for (Pair row : rows) {
            out.writeInt(row.key().length);
            out.write(row.key());
            out.writeInt(row.value().length);
            out.write(row.value());
        }
        out.writeInt(0);
        out.writeLong(rows.size());
        CRC32C crc = new CRC32C();
        crc.update(bytes.toByteArray());
        out.writeInt((int) crc.getValue());
        return bytes.toByteArray();
    }
}
