package io.trivet.wire.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.CallerIdentity;
import io.trivet.model.ClusterId;
import io.trivet.model.NodeId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SignedTextTest {
    /** Of the examples in Amazon's documentation of S3: "GET Object". */
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    private static final String TEXT = "AWS4-HMAC-SHA256\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n"
            + "7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972";
    private static final String SIGNATURE = "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41";
    private static final String OTHER = TEXT.replace("7344ae", "7344af");

    private static SignedText signed(String... texts) {
        return new SignedText("ada", List.of(texts), SIGNATURE);
    }

    @Test
    void theExampleOfAmazonIsSignedByItsSecretAndByNoOther() {
        SignedText text = signed(TEXT);
        assertThat(text.time()).isEqualTo(Instant.parse("2013-05-24T00:00:00Z"));
        assertThat(text.date()).isEqualTo("20130524");
        assertThat(text.region()).isEqualTo("us-east-1");
        assertThat(text.isSignedBy(text.keyOf(SECRET))).isTrue();
        assertThat(text.isSignedBy(text.keyOf(SECRET + "x"))).isFalse();
        assertThat(text.isSignedBy(SignatureV4.key(SECRET, "20130525", "us-east-1")))
                .isFalse();
        assertThat(text.isSignedBy(SignatureV4.key(SECRET, "20130524", "us-east-2")))
                .isFalse();
    }

    @Test
    void oneOfTwoFormsIsEnough() {
        SignedText text = signed(OTHER, TEXT);
        assertThat(text.isSignedBy(text.keyOf(SECRET))).isTrue();
        assertThat(signed(OTHER).isSignedBy(text.keyOf(SECRET))).isFalse();
    }

    /** Else a signature of one day, or of another service, would give the key of another one. */
    @Test
    void whatIsNotOfOneDayAndOfS3IsNoSignedText() {
        for (String text : List.of(
                TEXT.replace("20130524/", "20130525/"),
                TEXT.replace("/s3/", "/iam/"),
                TEXT.replace("aws4_request", "aws4_requests"),
                TEXT.replace("T000000Z", "T250000Z"),
                TEXT.replace("AWS4", "AWS3"),
                TEXT.replace("us-east-1", ""),
                TEXT.replace("us-east-1", "a".repeat(65)),
                TEXT + "\n",
                "x" + TEXT,
                "")) {
            assertThatThrownBy(() -> signed(text)).as(text).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> signed(TEXT, TEXT.replace("T000000Z", "T000001Z")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> signed(TEXT, OTHER, TEXT)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SignedText("ada", List.of(), SIGNATURE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SignedText("ada", List.of(TEXT), SIGNATURE.toUpperCase(java.util.Locale.ROOT)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void neitherSignatureNorKeyIsShown() {
        assertThat(signed(TEXT).toString()).isEqualTo("text signed by ada at 20130524T000000Z");
        assertThat(login("ada", 1, new NodeId(2), 7).toString()).isEqualTo("login of ada by n2");
    }

    @Test
    void aLoginOfADelegateIsForOneUserOneSecretOneNodeAndOneTime() {
        byte[] key = login("ada", 1, new NodeId(2), 7).key();
        assertThat(login("ada", 1, new NodeId(2), 7).key()).isEqualTo(key);
        for (DelegatedLogin other : List.of(
                login("eve", 1, new NodeId(2), 7),
                login("ada", 2, new NodeId(2), 7),
                login("ada", 1, new NodeId(3), 7),
                login("ada", 1, new NodeId(2), 8))) {
            assertThat(other.key()).isNotEqualTo(key);
        }
    }

    private static DelegatedLogin login(String user, long mark, NodeId node, long until) {
        return DelegatedLogin.derive(
                SECRET.getBytes(StandardCharsets.UTF_8),
                new ClusterId(new UUID(1, 2)),
                user,
                mark,
                new CallerIdentity.Delegate(node, until));
    }
}
