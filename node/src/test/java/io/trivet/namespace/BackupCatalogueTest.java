package io.trivet.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.trivet.message.StateMessages.LocationRow;
import io.trivet.model.FileId;
import io.trivet.model.IdState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A checksum is not a signature: anyone who can write to a disk can put a copy of the namespace
 * with any rows on it.
 */
final class BackupCatalogueTest {
    private static final FileId FILE = new FileId(1, 1);

    private static byte[] location(long parent) {
        return LocationRow.newBuilder()
                .setParent(parent)
                .setName(ByteString.copyFromUtf8("a"))
                .build()
                .toByteArray();
    }

    private static BackupCatalogue forged(Map<byte[], byte[]> rows) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeLong(0x5452_4956_4554_4e53L);
        out.writeInt(1);
        out.write(new byte[16 + 8 + 4]);
        for (Map.Entry<byte[], byte[]> row : rows.entrySet()) {
            out.writeInt(row.getKey().length);
            out.write(row.getKey());
            out.writeInt(row.getValue().length);
            out.write(row.getValue());
        }
        out.writeInt(0);
        out.writeLong(rows.size());
        CRC32C crc = new CRC32C();
        crc.update(bytes.toByteArray());
        out.writeInt((int) crc.getValue());
        return BackupCatalogue.read(new ByteArrayInputStream(bytes.toByteArray()));
    }

    @Test
    @Timeout(20)
    void directoriesThatLieInEachOtherAreNotFollowedForEver() throws IOException {
        Map<byte[], byte[]> rows = new LinkedHashMap<>();
        rows.put(RowKeys.fileLocation(FILE), location(5));
        rows.put(RowKeys.directoryLocation(5), location(6));
        rows.put(RowKeys.directoryLocation(6), location(5));
        BackupCatalogue backupCatalogue = forged(rows);
        assertThatThrownBy(() -> backupCatalogue.files((_, _) -> {}, _ -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("lies below itself");
        assertThat(backupCatalogue.stateOf(FILE)).isEqualTo(new IdState.Unknown());
    }

    @Test
    void rowsThatMeanNothingAreDamage() throws IOException {
        byte[] nothing = {(byte) 0xff, 1};
        BackupCatalogue backupCatalogue = forged(Map.of(RowKeys.fileLocation(FILE), nothing));
        assertThatThrownBy(() -> backupCatalogue.files((_, _) -> {}, _ -> {})).isInstanceOf(IOException.class);
        assertThat(backupCatalogue.stateOf(FILE)).isEqualTo(new IdState.Unknown());
        assertThat(forged(Map.of(RowKeys.TIME, nothing)).time()).isEqualTo(Instant.EPOCH);
    }
}
