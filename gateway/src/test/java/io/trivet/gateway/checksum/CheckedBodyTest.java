package io.trivet.gateway.checksum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.gateway.error.S3Error;
import io.trivet.gateway.error.S3Exception;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class CheckedBodyTest {
    private static final byte[] DIGITS = "123456789".getBytes(StandardCharsets.US_ASCII);

    private static String hex(ChecksumAlgorithm algorithm) {
        RunningChecksum running = algorithm.begin();
        running.update(DIGITS, 0, 5);
        running.update(DIGITS, 5, 4);
        return HexFormat.of().formatHex(running.finish());
    }

    /** The check values that the catalogues of CRCs print. */
    @Test
    void everyAlgorithmGivesItsCheckValue() {
        assertThat(hex(ChecksumAlgorithm.CRC32)).isEqualTo("cbf43926");
        assertThat(hex(ChecksumAlgorithm.CRC32C)).isEqualTo("e3069283");
        assertThat(hex(ChecksumAlgorithm.CRC64NVME)).isEqualTo("ae8b14860a799888");
        assertThat(hex(ChecksumAlgorithm.SHA1)).isEqualTo("f7c3bc1d808e04732adf679965ccc34ca7ae3441");
        assertThat(hex(ChecksumAlgorithm.SHA256))
                .isEqualTo("15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225");
    }

    @Property
    void eightBytesAtOnceAreOneAfterTheOther(@ForAll byte[] bytes) {
        Crc64Nvme atOnce = new Crc64Nvme();
        Crc64Nvme single = new Crc64Nvme();
        atOnce.update(bytes, 0, bytes.length);
        for (byte each : bytes) {
            single.update(each);
        }
        assertThat(atOnce.getValue()).isEqualTo(single.getValue());
    }

    @Property
    void theCrcOfTwoRunsFollowsFromTheirs(@ForAll byte[] first, @ForAll byte[] second) {
        for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
            if (algorithm.isCrc()) {
                RunningChecksum whole = algorithm.begin();
                whole.update(first, 0, first.length);
                whole.update(second, 0, second.length);
                assertThat(algorithm.combine(algorithm.of(first), algorithm.of(second), second.length))
                        .as(algorithm.name())
                        .isEqualTo(whole.finish());
            }
        }
    }

    private static CheckedBody body(long length) {
        return new CheckedBody(new ByteArrayInputStream(DIGITS), length);
    }

    private static void fails(S3Error error, CheckedBody body) {
        assertThatThrownBy(body::readAllBytes)
                .isInstanceOfSatisfying(
                        S3Exception.class, e -> assertThat(e.error()).isEqualTo(error));
    }

    @Test
    void whatWasSentIsRead() throws IOException {
        CheckedBody body = body(9);
        body.expectMd5("JfnnlDI7RTiF9RgfG2JNCw==");
        body.expectSha256("15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225");
        body.expect(ChecksumAlgorithm.CRC32, "y/Q5Jg==");
        body.expectTrailer(ChecksumAlgorithm.CRC64NVME, Map.of("x-amz-checksum-crc64nvme", "rosUhgp5mIg="), _ -> {});
        assertThat(body.readAllBytes()).isEqualTo(DIGITS);
    }

    @Test
    void anythingElseIsNot() {
        fails(S3Error.INCOMPLETE_BODY, body(8));
        fails(S3Error.INCOMPLETE_BODY, body(10));
        CheckedBody md5 = body(9);
        md5.expectMd5("JfnnlDI7RThiF9RgfG2JNg==");
        fails(S3Error.BAD_DIGEST, md5);
        CheckedBody sha = body(9);
        sha.expectSha256("05e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225");
        fails(S3Error.CONTENT_SHA256_MISMATCH, sha);
        CheckedBody crc = body(9);
        crc.expect(ChecksumAlgorithm.CRC32, "y/Q5JA==");
        fails(S3Error.BAD_DIGEST, crc);
        CheckedBody missing = body(9);
        missing.expectTrailer(ChecksumAlgorithm.CRC32, Map.of(), _ -> {});
        fails(S3Error.INVALID_REQUEST, missing);
        assertThatThrownBy(() -> body(9).expectMd5("abc")).isInstanceOf(S3Exception.class);
        assertThatThrownBy(() -> body(9).expect(ChecksumAlgorithm.SHA1, "y/Q5JA=="))
                .isInstanceOf(S3Exception.class);
    }
}
