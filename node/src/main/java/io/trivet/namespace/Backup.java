package io.trivet.namespace;

import io.trivet.message.StateMessages.LayoutHead;
import io.trivet.message.StateMessages.NumberRow;
import io.trivet.message.StateMessages.SettingsRow;
import io.trivet.model.ClusterId;
import io.trivet.model.Command;
import io.trivet.model.NodeId;
import io.trivet.namespace.Store.Pair;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * The file of a backup: all rows of the namespace as they were after one entry of the log. Numbers
 * are big-endian.
 *
 * <pre>
 *   magic(8) "TRIVETNS"  format(4) = 1  cluster(16)  index(8)  epoch(4)
 *   rows, in the order of their keys:  key length(4) > 0  key  value length(4)  value
 *   0(4)  number of rows(8)  CRC32C(4) of everything before it
 * </pre>
 */
public final class Backup {
    private static final long MAGIC = 0x5452_4956_4554_4e53L;
    private static final int FORMAT = 1;

    /** Rows read at once; they may be long. */
    private static final int PAGE = 100;

    private static final int MAX_KEY = 4096;
    private static final int MAX_VALUE = 16 << 20;

    /** Bytes of rows in one command of a restore: half of the limit of a log entry. */
    private static final int COMMAND_BYTES = 256 << 10;

    private Backup() {}

    /** The head of a backup and the number of its rows. */
    public record Summary(ClusterId cluster, long index, int epoch, long rows) {}

    /** Writes a snapshot of a namespace. Flushes the stream but does not close it. */
    static Summary write(Store.Snapshot moment, OutputStream target) throws IOException {
        Transaction none = new Transaction(new Frozen(moment));
        SettingsRow settings = new Settings(none).row();
        ClusterId cluster = ClusterId.parse(settings.getCluster());
        CRC32C crc = new CRC32C();
        DataOutputStream out = new DataOutputStream(new CheckedOutputStream(target, crc));
        out.writeLong(MAGIC);
        out.writeInt(FORMAT);
        out.writeLong(cluster.value().getMostSignificantBits());
        out.writeLong(cluster.value().getLeastSignificantBits());
        out.writeLong(none.number(RowKeys.APPLIED));
        out.writeInt(settings.getEpoch());
        long rows = writeRows(moment, out);
        out.writeInt(0);
        out.writeLong(rows);
        out.writeInt((int) crc.getValue());
        out.flush();
        return new Summary(cluster, none.number(RowKeys.APPLIED), settings.getEpoch(), rows);
    }

    private static long writeRows(Store.Snapshot moment, DataOutputStream out) throws IOException {
        byte[] from = {0};
        byte[] to = {(byte) 0xff};
        long rows = 0;
        while (true) {
            List<Pair> page = moment.range(from, to, PAGE);
            for (Pair row : page) {
                out.writeInt(row.key().length);
                out.write(row.key());
                out.writeInt(row.value().length);
                out.write(row.value());
            }
            rows += page.size();
            if (page.size() < PAGE) {
                return rows;
            }
            from = RowKeys.after(page.getLast().key());
        }
    }

    /** A backup's summary and the latest time of any log entry in it. */
    public record Dated(Summary summary, Instant time) {}

    /** Like {@link #check}, with the time; 1970 if its row cannot be read. */
    public static Dated checkDated(InputStream source) throws IOException {
        Instant[] time = {Instant.EPOCH};
        Summary summary = read(source, row -> {
            if (Arrays.equals(row.key(), RowKeys.TIME)) {
                time[0] = Instant.ofEpochMilli(
                        Transaction.parse(row, NumberRow.parser()).getValue());
            }
        });
        return new Dated(summary, time[0]);
    }

    /**
     * Reads a backup to its end and verifies its checksum. Throws {@link IOException} with what is
     * wrong.
     */
    public static Summary check(InputStream source) throws IOException {
        return read(source, _ -> {});
    }

    /**
     * Reads a backup to its end and checks each row, since a valid checksum does not prove who
     * wrote it. Throws {@link IOException} that names the invalid row. {@link
     * Namespace#requireConsistent} checks how rows fit together once they are in a namespace.
     */
    public static Summary checkRows(InputStream source) throws IOException {
        return checkRows(source, _ -> {});
    }

    /**
     * As above.
     *
     * @param shortened receives every path in the trash that is too long, as it will be read; no
     *     row is refused for that alone
     */
    public static Summary checkRows(InputStream source, Consumer<String> shortened) throws IOException {
        Heads heads = new Heads();
        Summary summary = read(source, row -> {
            RowCheck.require(row);
            RowCheck.shortened(row).ifPresent(shortened);
            heads.see(row);
        });
        heads.require(summary);
        return summary;
    }

    /** Rows of which there is one, and what they must agree with. */
    private static final class Heads {
        private SettingsRow settings = SettingsRow.getDefaultInstance();
        private long newest;
        private long said;

        void see(Pair row) {
            if (Arrays.equals(row.key(), RowKeys.SETTINGS)) {
                settings = Transaction.parse(row, SettingsRow.parser());
            } else if (Arrays.equals(row.key(), RowKeys.LAYOUT_HEAD)) {
                said = Transaction.parse(row, LayoutHead.parser()).getVersion();
            } else if (row.key()[0] == 'L') {
                newest = ByteBuffer.wrap(row.key()).getLong(1);
            }
        }

        void require(Summary summary) throws IOException {
            if (!settings.getCluster().equals(summary.cluster().toString()) || settings.getEpoch() != summary.epoch()) {
                throw new IOException("its settings are of another cluster or epoch than its head, or missing");
            }
            if (newest != said) {
                throw new IOException("its newest layout is " + newest + ", and should be " + said);
            }
        }
    }

    /**
     * Converts a backup to the commands that restore it, in this epoch, with one master; the last
     * of them is {@link Command.Restored}. If the backup is damaged, throws before that one.
     */
    public static Summary replay(InputStream source, NodeId master, int epoch, Consumer<Command> commands)
            throws IOException {
        List<Command.Row> waiting = new ArrayList<>();
        int[] bytes = {0};
        byte[][] settings = new byte[1][];
        Summary summary = read(source, row -> {
            if (Arrays.equals(row.key(), RowKeys.SETTINGS)) {
                settings[0] = row.value();
            }
            if (!BackupRestore.keeps(row.key())) {
                return;
            }
            byte[] value = RowCheck.fitted(row);
            waiting.add(new Command.Row(row.key(), value));
            bytes[0] += row.key().length + value.length + 16;
            if (bytes[0] > COMMAND_BYTES) {
                commands.accept(new Command.Restore(waiting));
                waiting.clear();
                bytes[0] = 0;
            }
        });
        if (settings[0] == null) {
            throw new IOException("the backup has no settings: it is of no cluster");
        }
        commands.accept(new Command.Restore(waiting));
        commands.accept(new Command.Restored(settings[0], master, epoch));
        return summary;
    }

    /** Passes every row, in the order of keys. They may be trusted only after it returns. */
    static Summary read(InputStream source, Consumer<Pair> consumer) throws IOException {
        CRC32C crc = new CRC32C();
        DataInputStream in = new DataInputStream(new CheckedInputStream(source, crc));
        try {
            if (in.readLong() != MAGIC) {
                throw new IOException("it is no backup of a namespace");
            }
            int format = in.readInt();
            if (format != FORMAT) {
                throw new IOException("its format is " + format + ", this release reads " + FORMAT
                        + ": use the release that wrote it, or a newer one");
            }
            ClusterId cluster = new ClusterId(new UUID(in.readLong(), in.readLong()));
            long index = in.readLong();
            int epoch = in.readInt();
            long rows = 0;
            for (int key = in.readInt(); key != 0; key = in.readInt()) {
                byte[] name = bytes(in, key, MAX_KEY);
                consumer.accept(new Pair(name, bytes(in, in.readInt(), MAX_VALUE)));
                rows++;
            }
            long expectedRows = in.readLong();
            int computed = (int) crc.getValue();
            if (in.readInt() != computed || expectedRows != rows || in.read() >= 0) {
                throw new IOException("it is damaged: its checksum or its number of rows is another");
            }
            return new Summary(cluster, index, epoch, rows);
        } catch (EOFException e) {
            throw new IOException("it is cut short", e);
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new IOException("it is damaged, or somebody wrote into it: " + e.getMessage(), e);
        }
    }

    private static byte[] bytes(DataInputStream in, int length, int max) throws IOException {
        if (length < 0 || length > max) {
            throw new IOException("it is damaged: a row of " + length + " bytes");
        }
        return in.readNBytes(length);
    }

    /** A snapshot as a store. */
    private record Frozen(Store.Snapshot moment) implements Store {
        @Override
        public byte @org.jspecify.annotations.Nullable [] get(byte[] key) {
            List<Pair> found = moment.range(key, RowKeys.after(key), 1);
            return found.isEmpty() ? null : found.getFirst().value();
        }

        @Override
        public List<Pair> range(byte[] from, byte[] to, int limit) {
            return moment.range(from, to, limit);
        }

        @Override
        public void write(List<Change> changes) {
            throw new IllegalStateException("a moment does not change");
        }

        @Override
        public Snapshot snapshot() {
            return moment;
        }
    }
}
