package io.trivet.namespace;

import io.trivet.faults.fuzz.Door;
import io.trivet.model.FileId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;

/** Backups of the namespace, and the copies of it on disks. */
public final class NamespaceDoors {
    private static final Path GOLDEN = Path.of("../node/src/test/resources/io/trivet/namespace/backup-1.txt");

    private NamespaceDoors() {}

    public static List<Door> all() {
        byte[] golden = golden();
        return List.of(
                new Door("backup", List.of(golden), NamespaceDoors::backup),
                new Door(
                        "summed-backup",
                        List.of(Arrays.copyOf(golden, golden.length - Integer.BYTES)),
                        bytes -> backup(summed(bytes))));
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
            Catalogue catalogue = Catalogue.read(new ByteArrayInputStream(bytes));
            catalogue.time();
            catalogue.stateOf(new FileId(1, 1));
            catalogue.files((path, record) -> catalogue.stateOf(record.id()));
        } catch (IOException _) {
            // As documented.
        }
    }
}
