package io.trivet.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.Checksums;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Rule 12: a disk has an identity. */
class DiskIdentityTest {
    private static final DiskIdentity IDENTITY = new DiskIdentity(
            TestChunks.CLUSTER, new NodeId(3), UUID.fromString("0b0c33cc-9a4b-4a86-b5ab-6a0a3c4a5a10"));

    @Test
    void writesAndReadsTheGoldenFile() throws IOException {
        assertThat(IDENTITY.text()).isEqualTo(golden());
        assertThat(DiskIdentity.parse(golden(), "/disk")).isEqualTo(IDENTITY);
    }

    @Test
    void newerVersionIsRefusedInPlainWords() throws IOException {
        String newer = sealed(facts().replace("version 1", "version 3").replace("node n3", "nodes n3 n4"));

        assertThatThrownBy(() -> DiskIdentity.parse(newer, "/disk"))
                .isInstanceOfSatisfying(
                        TrivetException.class, e -> assertThat(e.kind()).isEqualTo(Refusal.Kind.WRONG_VERSION))
                .hasMessage("/disk: unknown version: the disk has format version 3 and this release reads up to 2:"
                        + " run the release that wrote it, or a newer one");
    }

    @Test
    void anyChangedCharacterIsCorruptAndNeverANewerVersion() throws IOException {
        for (int i = 0; i < golden().length(); i++) {
            StringBuilder changed = new StringBuilder(golden());
            changed.setCharAt(i, (char) (changed.charAt(i) ^ 2));
            assertCorrupt(changed.toString());
        }
    }

    @Test
    void fileCutShortAnywhereIsCorrupt() throws IOException {
        for (int length = 0; length < golden().length(); length++) {
            assertCorrupt(golden().substring(0, length));
        }
    }

    @Test
    void sealedNonsenseIsCorrupt() {
        assertCorrupt(sealed(""));
        assertCorrupt(sealed("trivet disk\n"));
        assertCorrupt(sealed("trivet disk\nversion one\n"));
        assertCorrupt(sealed("trivet disk\nversion 1\ncluster x\nnode n0\ndisk x\n"));
    }

    private static void assertCorrupt(String text) {
        assertThatThrownBy(() -> DiskIdentity.parse(text, "/disk"))
                .as(text)
                .isInstanceOfSatisfying(
                        TrivetException.class, e -> assertThat(e.kind()).isEqualTo(Refusal.Kind.CORRUPT));
    }

    private static String sealed(String facts) {
        return facts + "crc32c " + Checksums.text(Checksums.of(facts.getBytes(StandardCharsets.UTF_8))) + "\n";
    }

    private static String facts() throws IOException {
        return golden().substring(0, golden().indexOf("crc32c"));
    }

    private static String golden() throws IOException {
        try (InputStream in = DiskIdentityTest.class.getResourceAsStream("trivet-disk-v1")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
