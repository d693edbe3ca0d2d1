package io.trivet.gateway.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.gateway.error.S3Exception;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** The example of AWS's documentation, one computed apart from this code, and bodies that are damaged or hostile. */
class ChunkedBodyTest {
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    private static final CredentialScope SCOPE = new CredentialScope("20130524", "us-east-1");
    private static final String TIME = "20130524T000000Z";

    private static ChunkSignatures seeded(String seed) {
        return new ChunkSignatures(SigningKey.derive(SECRET, SCOPE), TIME, SCOPE, seed);
    }

    private static ChunkedBody signed(String body, long length) {
        return new ChunkedBody(
                stream(body),
                Optional.of(seeded("4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9")),
                false,
                length);
    }

    private static ByteArrayInputStream stream(String body) {
        return new ByteArrayInputStream(body.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String example() {
        return "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n"
                + "a".repeat(65_536)
                + "\r\n400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n"
                + "a".repeat(1024)
                + "\r\n0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n";
    }

    @Test
    void theExampleOfTheDocumentationIsGood() throws IOException {
        assertThat(signed(example(), 66_560).readAllBytes()).hasSize(66_560).containsOnly('a');
    }

    @Test
    void anyOtherByteIsNot() {
        String good = example();
        for (int at : new int[] {
            0,
            3,
            30,
            100,
            5_000,
            65_626,
            good.indexOf("\r\n400"),
            good.indexOf("400;"),
            good.length() - 90,
            good.length() - 1
        }) {
            char[] bad = good.toCharArray();
            bad[at] ^= 1;
            assertThatThrownBy(() -> signed(new String(bad), 66_560).readAllBytes())
                    .as("byte " + at)
                    .isInstanceOf(S3Exception.class);
        }
        for (int length : new int[] {0, 50, 1000, 65_700, 66_000, good.length() - 100, good.length() - 1}) {
            assertThatThrownBy(() -> signed(good.substring(0, length), 66_560).readAllBytes())
                    .as("length " + length)
                    .isInstanceOf(S3Exception.class);
        }
        assertThatThrownBy(() -> signed(good, 66_559).readAllBytes()).isInstanceOf(S3Exception.class);
        assertThatThrownBy(() -> signed(good, 66_561).readAllBytes()).isInstanceOf(S3Exception.class);
        assertThatThrownBy(() -> signed(good + "x", 66_560).readAllBytes()).isInstanceOf(S3Exception.class);
    }

    private static String withTrailer(String end) {
        return "7;chunk-signature=6af9d9180c0741f29d6778c20269c48f5a715534de4c81b9d3bb1f1541bbef76\r\nHello, \r\n"
                + "6;chunk-signature=b307138accae65465b90b06f45d762460029cc028f0fdcdf839e55a4ece3176e\r\nworld!\r\n"
                + "0;chunk-signature=ae31c12f12fc93eb5665edc2e345fbf8c608622154287d3765fcb549c37d4039\r\n" + end;
    }

    private static ChunkedBody trailed(String end) {
        return new ChunkedBody(
                stream(withTrailer(end)),
                Optional.of(seeded("ed2e48ef9531aad898c5bf09abb553b8f7598a8ba7975e611564a39e407a865b")),
                true,
                13);
    }

    @Test
    void signedTrailersAreGoodInTheFormsOfSdks() throws IOException {
        String signature = "x-amz-trailer-signature:003a7af470b78337013f7e9760c1093e0039ec2bda44a2468da5319a90696512";
        for (String end : new String[] {
            "x-amz-checksum-crc32:6+bG5g==\r\n" + signature + "\r\n\r\n",
            "x-amz-checksum-crc32:6+bG5g==\n\r\n" + signature + "\r\n\r\n",
            "x-amz-checksum-crc32:6+bG5g==\n\r\n\r\n\r\n" + signature + "\r\n\r\n"
        }) {
            ChunkedBody body = trailed(end);
            assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("Hello, world!");
            assertThat(body.trailers()).containsEntry("x-amz-checksum-crc32", "6+bG5g==");
        }
        for (String end : new String[] {
            "\r\n",
            "x-amz-checksum-crc32:6+bG5g==\r\n\r\n",
            "x-amz-checksum-crc32:7+bG5g==\r\n" + signature + "\r\n\r\n",
            signature + "\r\n\r\n",
            "x-amz-checksum-crc32:6+bG5g==\r\n" + signature + "\r\nx-amz-checksum-sha1:a\r\n\r\n",
            "x-amz-checksum-crc32:6+bG5g==\r\n" + "y:" + "x".repeat(9_000) + "\r\n" + signature + "\r\n\r\n"
        }) {
            assertThatThrownBy(() -> trailed(end).readAllBytes()).as(end).isInstanceOf(S3Exception.class);
        }
    }

    @Test
    void unsignedPiecesWithATrailerAreRead() throws IOException {
        ChunkedBody body = new ChunkedBody(
                stream("5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n"), Optional.empty(), true, 5);
        assertThat(body.readAllBytes()).asString().isEqualTo("hello");
        assertThat(body.trailers()).containsEntry("x-amz-checksum-crc32", "NhCmhg==");
    }

    @Test
    void aLengthThatIsNoneIsRefused() {
        for (String head : new String[] {
            "",
            "-5",
            "+5",
            " 5",
            "5 ",
            "0x5",
            "fffffffffffffffff",
            "7fffffffffffffff",
            "5;a=b",
            "5;chunk-signature=00",
            "5".repeat(300)
        }) {
            assertThatThrownBy(() -> new ChunkedBody(stream(head + "\r\nhello\r\n0\r\n\r\n"), Optional.empty(), true, 5)
                            .readAllBytes())
                    .as(head)
                    .isInstanceOf(S3Exception.class);
        }
    }

    /** Damage anywhere is found, or what is read is what was sent. */
    @Property(tries = 1000)
    void damageIsFound(@ForAll int where, @ForAll byte what) throws IOException {
        byte[] good = example().substring(65_536).getBytes(StandardCharsets.ISO_8859_1);
        byte[] bad = example().getBytes(StandardCharsets.ISO_8859_1);
        int at = Math.floorMod(where, good.length) + 65_536;
        if (bad[at] == what) {
            return;
        }
        bad[at] = what;
        try {
            byte[] read =
                    signed(new String(bad, StandardCharsets.ISO_8859_1), 66_560).readAllBytes();
            assertThat(Arrays.equals(read, "a".repeat(66_560).getBytes(StandardCharsets.ISO_8859_1)))
                    .isTrue();
        } catch (S3Exception _) {
            return;
        }
    }

    @Property(tries = 1000)
    void noBodyIsMoreThanRefused(@ForAll byte[] body, @ForAll boolean hasTrailer) throws IOException {
        try {
            new ChunkedBody(new ByteArrayInputStream(body), Optional.empty(), hasTrailer, 3).readAllBytes();
        } catch (S3Exception _) {
            return;
        }
    }
}
