package io.trivet.chunk;

import io.trivet.faults.fuzz.Door;
import io.trivet.model.Checksums;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterId;
import io.trivet.model.FileId;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/** What a node or a rescue reads from its disks. */
public final class ChunkFuzzTargets {
    private static final Path NAME = Path.of("part");
    private static final ClusterId CLUSTER = ClusterId.parse("7d444840-9dc0-11d1-b245-5ffdce74fad2");
    private static final DiskIdentity DISK = new DiskIdentity(CLUSTER, new NodeId(3), new UUID(1, 2));

    private ChunkFuzzTargets() {}

    public static List<Door> all() {
        return List.of(
                new Door("chunk-trailer", List.of(trailer(0), trailer(1000)), ChunkFuzzTargets::asIs),
                new Door(
                        "sealed-chunk-trailer",
                        List.of(sized(0), sized(1000), sized(200_000)),
                        ChunkFuzzTargets::sealed),
                new Door(
                        "disk-identity",
                        List.of(DISK.text().getBytes(StandardCharsets.UTF_8)),
                        bytes -> identity(new String(bytes, StandardCharsets.UTF_8))),
                new Door(
                        "summed-disk-identity",
                        List.of(facts(DISK.text()).getBytes(StandardCharsets.UTF_8)),
                        bytes -> identity(summed(new String(bytes, StandardCharsets.UTF_8)))),
                new Door(
                        "names-on-disk",
                        List.of(
                                new ChunkId(new FileId(1, 42), 7).toString().getBytes(StandardCharsets.UTF_8),
                                "2519".getBytes(StandardCharsets.UTF_8)),
                        ChunkFuzzTargets::names));
    }

    private static byte[] trailer(int length) {
        ChunkHeader header = new ChunkHeader(
                new ChunkId(new FileId(1, 42), 1),
                new Slot(2519),
                new ChunkSize(1 << 20),
                length,
                true,
                RemotePath.parse("/a/数据"));
        int[] crcs = new int[header.blocks()];
        ByteBuffer encoded = ChunkFormat.encode(new ChunkTrailer(CLUSTER, header, 0, BlockChecksums.of(crcs)));
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        return bytes;
    }

    /** Bytes of the chunk before the trailer (8), then the trailer up to its tail, which is made right. */
    private static byte[] sized(int length) {
        byte[] trailer = trailer(length);
        int body = trailer.length - ChunkFormat.TAIL_BYTES;
        return ByteBuffer.allocate(Long.BYTES + body)
                .putLong(length)
                .put(trailer, 0, body)
                .array();
    }

    private static void asIs(byte[] bytes) throws IOException {
        read(new Trailing(0, bytes));
    }

    private static void sealed(byte[] bytes) throws IOException {
        if (bytes.length < Long.BYTES) {
            return;
        }
        long before = ByteBuffer.wrap(bytes).getLong() & (Long.MAX_VALUE >> 1);
        int length = bytes.length - Long.BYTES + ChunkFormat.TAIL_BYTES;
        ByteBuffer trailer = ByteBuffer.allocate(length)
                .put(bytes, Long.BYTES, bytes.length - Long.BYTES)
                .putInt(length)
                .putInt(ChunkFormat.VERSION);
        trailer.putInt(Checksums.of(trailer.duplicate().flip())).putLong(ChunkFormat.MAGIC);
        read(new Trailing(before, trailer.array()));
    }

    private static void read(Trailing file) throws IOException {
        ChunkTrailer trailer;
        try {
            trailer = ChunkFormat.read(file, NAME);
        } catch (CorruptChunkException _) {
            return;
        } catch (TrivetException e) {
            if (e.kind() != Refusal.Kind.WRONG_VERSION) {
                throw e;
            }
            return;
        }
        byte[] once = bytes(ChunkFormat.encode(trailer));
        Trailing again = new Trailing(trailer.header().length(), once);
        Door.requireSame(once, bytes(ChunkFormat.encode(ChunkFormat.read(again, NAME))));
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    /** A file of any size of which only the end has been written. */
    private record Trailing(long before, byte[] end) implements DiskFiles.OpenFile {
        @Override
        public int read(ByteBuffer into, long position) {
            if (position >= size()) {
                return -1;
            }
            if (position < before) {
                throw new AssertionError("the bytes before the trailer are read, at " + position);
            }
            int at = (int) (position - before);
            int length = Math.min(into.remaining(), end.length - at);
            into.put(end, at, length);
            return length;
        }

        @Override
        public void write(ByteBuffer bytes, long position) {
            throw new AssertionError("a reader writes");
        }

        @Override
        public void sync() {}

        @Override
        public void truncate(long size) {
            throw new AssertionError("a reader writes");
        }

        @Override
        public long size() {
            return before + end.length;
        }

        @Override
        public void close() {}
    }

    private static String facts(String text) {
        return text.substring(0, text.indexOf("crc32c "));
    }

    private static String summed(String facts) {
        String whole = facts.endsWith("\n") ? facts : facts + "\n";
        return whole + "crc32c " + Checksums.text(Checksums.of(whole.getBytes(StandardCharsets.UTF_8))) + "\n";
    }

    private static void identity(String text) {
        DiskIdentity identity;
        try {
            identity = DiskIdentity.parse(text, "disk");
        } catch (TrivetException e) {
            if (e.kind() != Refusal.Kind.CORRUPT && e.kind() != Refusal.Kind.WRONG_VERSION) {
                throw e;
            }
            return;
        }
        if (!DiskIdentity.parse(identity.text(), "disk").equals(identity)) {
            throw new AssertionError("a disk is read as another one");
        }
    }

    private static void names(byte[] bytes) {
        String name = new String(bytes, StandardCharsets.UTF_8);
        if (name.isEmpty() || name.indexOf('\0') >= 0 || name.indexOf('/') >= 0) {
            return;
        }
        Path path = Path.of(name);
        DiskPaths.chunkNamed(path).ifPresent(chunk -> requireName(chunk.toString(), name));
        DiskPaths.slotNamed(path).ifPresent(slot -> requireName(String.format("%04d", slot.number()), name));
    }

    private static void requireName(String expected, String name) {
        if (!expected.equals(name)) {
            throw new AssertionError(name + " is taken for " + expected);
        }
    }
}
