package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.client.LocalHash;
import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.model.ChunkSize;
import io.trivet.model.RemotePath;
import io.trivet.model.Sha256;
import io.trivet.wire.credentials.TrustSettings;
import io.trivet.wire.receipt.SignedReceipt;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Anyone with the authority can verify a receipt, and no byte of it can be changed. */
@Timeout(120)
class ReceiptTest {
    private static final RemotePath PATH = RemotePath.parse("/b e/é%.bin");
    private static final ChunkSize CHUNK = new ChunkSize(64 << 10);

    @TempDir
    static Path base;

    private static LocalCluster cluster;
    private static TrustSettings.Authority authority;
    private static Path source;
    private static SignedReceipt receipt;

    @BeforeAll
    static void start() throws IOException {
        cluster = LocalCluster.start(base.resolve("c"), 3, CHUNK);
        authority = (TrustSettings.Authority) cluster.trust();
        byte[] bytes = new byte[2 * CHUNK.bytes() + 9];
        new Random(5).nextBytes(bytes);
        source = Files.write(base.resolve("source"), bytes);
        try (TrivetClient client = cluster.client()) {
            client.save(source, PATH, Progress.NONE);
            receipt = client.replicas().receipt(PATH);
        }
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static byte[] file() {
        return receipt.text().getBytes(StandardCharsets.UTF_8);
    }

    private static void check(byte[] file) {
        SignedReceipt.parse(file).requireSignedUnder(authority);
    }

    private static boolean isRefused(byte[] file) {
        try {
            check(file);
            return false;
        } catch (IllegalArgumentException e) {
            return true;
        }
    }

    @Test
    void itIsProvenAndSpeaksOfTheFile() throws IOException {
        check(file());
        SignedReceipt read = SignedReceipt.parse(file());
        assertThat(read.head().path()).isEqualTo(PATH);
        assertThat(read.head().sha256()).isEqualTo(LocalHash.of(source, CHUNK));
        assertThat(read.replicas()).isEqualTo(2);
        assertThat(read.signers()).hasSize(3);
    }

    @Test
    void everyByteThatIsChangedIsRefused() {
        byte[] file = file();
        for (int at = 0; at < file.length; at++) {
            byte[] changed = file.clone();
            changed[at] ^= 1;
            assertThat(isRefused(changed))
                    .as("byte %d of %s", at, receipt.text())
                    .isTrue();
        }
    }

    /** Even if the checksum at the end is recomputed. */
    @Test
    void everyByteThatIsChangedAndSummedAgainIsRefused() {
        String text = receipt.text();
        byte[] body = text.substring(0, text.lastIndexOf("end ")).getBytes(StandardCharsets.UTF_8);
        assertThat(isRefused(summed(body))).isFalse();
        for (int at = 0; at < body.length; at++) {
            byte[] changed = body.clone();
            changed[at] ^= 1;
            assertThat(isRefused(summed(changed))).as("byte %d of %s", at, text).isTrue();
        }
    }

    private static byte[] summed(byte[] body) {
        String end = "end " + Sha256.of(body) + "\n";
        byte[] whole = java.util.Arrays.copyOf(body, body.length + end.length());
        System.arraycopy(end.getBytes(StandardCharsets.US_ASCII), 0, whole, body.length, end.length());
        return whole;
    }

    @Test
    void whatIsNotSaidByEnoughIsNotProven() {
        List<SignedReceipt.Signed> all = receipt.signed();
        List<SignedReceipt.Signed> stored =
                all.stream().filter(each -> !each.line().isCommit()).toList();
        assertThatThrownBy(() -> new SignedReceipt(receipt.head(), stored).requireSignedUnder(authority))
                .hasMessageContaining("nobody says that the file was committed");
        assertThatThrownBy(() -> new SignedReceipt(receipt.head(), all.subList(0, 1)).requireSignedUnder(authority))
                .hasMessageContaining("not every chunk was read back");
    }

    @Test
    void anotherAuthorityProvesNothing() {
        assertThatThrownBy(() -> receipt.requireSignedUnder(new TrustSettings.Authority("0".repeat(64))))
                .hasMessageContaining("another authority");
    }

    /** A receipt speaks of one moment: it stays valid when the file changes. */
    @Test
    void aReceiptOutlivesTheFile() throws IOException {
        RemotePath gone = RemotePath.parse("/gone");
        try (TrivetClient client = cluster.client()) {
            client.save(source, gone, Progress.NONE);
            SignedReceipt kept = client.replicas().receipt(gone);
            client.remove(gone, false);
            assertThatCode(() -> kept.requireSignedUnder(authority)).doesNotThrowAnyException();
            assertThatThrownBy(() -> client.replicas().receipt(gone)).hasMessageContaining("no such file");
        }
    }
}
